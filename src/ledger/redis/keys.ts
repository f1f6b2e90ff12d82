/**
 * Every key that the Redis engine uses, and what is stored there. All keys of a tenant share the
 * hash tag `{tenant}`, and so one slot of a cluster: one script changes a whole path or none of it.
 * The parts of a key are of [a-z0-9-] alone, checked before they come here, so that no name can
 * reach another key or another slot. No key has an expiry of its own where nothing else is said.
 *
 * `bursar:{TENANT}:root:ROOTID`, a hash: one root's whole record, from mint until an operator drops
 * it. No child can be lost without its root.
 *   `g`           genesis, never changed: `KID EXPIRES LIMITS JSON`, the JSON having holder and labels
 *   `m`           meta: `CLOCK SEQ NONCE`: the last time that decided here, how many changes there
 *                 were, and 16 hex digits that are fresh with each call that changed something; behind
 *                 those, as which change a macaroon was revoked last, if one was
 *   `x`           the macaroons that are revoked, `FINGERPRINT:EXPIRES;` each; not there before the first
 *   `u`           while a recovery is at work on it: which change was its last before; `-` for none
 *   `t`           how many top-ups it has had; not there before the first
 *   `a:[A/B/…]`   an account, from its first charge or the first act of an operator on it, as long as
 *                 the record: spent and held in credits, usd, tokens and calls, as eight numbers,
 *                 how many holds are open in its subtree and how many accounts that has, itself
 *                 included, then the LIMITS last seen, then what it has of
 *                   `s=` p, r or c       it is paused, revoked or closed
 *                   `t=` AMOUNTS         topped up
 *                   `v=` UNIT:MICROS:END; for each carve-out that is set aside
 *                   `w=` UNIT:WINDOW:START:SINCE:SPENT:HELD; for each window that a limit ever named
 *                 `a:` is the root's own
 *   `h:ID`        a hold: `STATE DUE CREATED SEQ OWNER LEAF GRANTED FINGERPRINT ABOUT …`, until DUE,
 *                 when a sweep ends it. CREATED and SEQ are when and as which change it was made,
 *                 0 where no account of its path had a window, so that holds made alike are texts alike;
 *                 OWNER is `g` for the gateway, `c` for a caller; LEAF is an account's field;
 *                 FINGERPRINT and ABOUT are `-`, or JSON as a URL writes it
 *                   `o` open       … STEP STEPS LEAST MOST; DUE is its deadline
 *                   `p` presumed   … -         (DUE: when it may be forgotten)
 *                   `s` settled    … CHARGED
 *                   `r` released, or never seen and marked as released   … -
 *                   `t` no hold: a top-up of LEAF, kept as long as the record, so that a repeat is
 *                                recognised; DUE is 0, and it is in no list   … UNIT MICROS
 *
 * `bursar:{TENANT}:due`, a sorted set by DUE: `ROOTID.ID` for each hold, `ROOTID.a:… UNIT` by its
 *   end for each carve-out, and `ROOTID.a:… *` by -1 for each account that was revoked or closed, until
 *   nothing is left at it and below it that has to be ended.
 * `bursar:{TENANT}:carves:ROOTID`, a sorted set of the same `a:… UNIT` and `a:… *`, so that one root's
 *   are found.
 * `bursar:{TENANT}:names:ROOTID`, a sorted set with score 0, and so in the order of the bytes: `a:…` for
 *   each account, `c a:… UNIT` for each carve-out, `h a:… ID` for each open hold that a caller made for
 *   itself. So what is at an account and below it is found in steps of any size.
 * `bursar:{TENANT}:journal`, a stream: `r` ROOTID, `n`, how many entries there are of what one call
 *   changed, `e`, the lines that tell them, and `v`, the digits of that call, under the number of the first: `NUMBER-0`. A line tells one,
 *   or several of holds that were made or ended alike (`journal.ts`). Trimmed once it has been drained.
 * `bursar:{TENANT}:head`, a hash: `n`, the number of the journal's last entry, and `t`, that of the
 *   last one that is gone; `d` and `h`, number and hash of the last one that was drained; and `l`, who
 *   drains, `HOLDER UNTIL`; `o`, `e`, `x`, `k`, `s`, `v`, `q`, `c`, `r`, `w`, `g:NAME` and `d:NAME`, the fence: see
 *   `lua/fence.lua`.
 * `bursar:{TENANT}:journal:TOKEN`, a journal that a recovery is about to put in the place of it; for a day.
 * `bursar:{TENANT}:roots`, a sorted set of root ids, all with score 0: as long as their records.
 * What gateways tell each other beside the money is in keys of its own, which may be lost (`shared.ts`):
 * `bursar:{TENANT}:responses:ROOTID`, a hash by a provider's id: `MADE TOKENS LEAF MODEL`, the last being
 *   JSON as a URL writes it. `bursar:{TENANT}:remembered:ROOTID`, a sorted set of the same ids, by when
 *   they came in thousandths of a millisecond. Both expire 30 days after the last that came.
 * `bursar:{TENANT}:places:ROOTID`, a sorted set of reservations' own digits by when they entered. It
 *   expires when the last of them is over, whatever became of it.
 * `bursar:{TENANT}:refused`, a sorted set of names, as JSON, by 1, 2, 3 …: at most 1,000.
 *
 * `bursar:tenants`, a set: every tenant that ever had a root, and `*`, which tells that it was never deleted. It is in a slot of its own, so it is
 *   written before the tenant's first root: a tenant here may have none, but none is missing.
 *
 * LIMITS are `UNIT[/WINDOW][+carved]=MICROS;` each, or `-` for none; amounts by unit are four numbers
 * joined by commas, empty where unknown. It is all text, which a person can read in redis-cli and a
 * script can answer as it was written. Packed doubles (`struct`) would be read in 0.15 µs instead of
 * 0.8 µs an account and written in 0.3 µs instead of 0.7 µs.
 */

/** Where an account's field begins in a root's record. */
export const ACCOUNT_FIELD = 'a:';

export const TENANTS = 'bursar:tenants';

export function rootKey(tenant: string, rootId: string): string {
  return `bursar:{${tenant}}:root:${rootId}`;
}

export function dueKey(tenant: string): string {
  return `bursar:{${tenant}}:due`;
}

/** The six keys that every script has which changes a root, in the order of `lua/root.lua`. */
export function recordKeys(tenant: string, rootId: string): string[] {
  const prefix = `bursar:{${tenant}}:`;
  return [
    `${prefix}root:${rootId}`,
    `${prefix}due`,
    `${prefix}carves:${rootId}`,
    `${prefix}journal`,
    `${prefix}head`,
    namesKey(tenant, rootId),
  ];
}

/** The last of {@link recordKeys}. */
export function namesKey(tenant: string, rootId: string): string {
  return `bursar:{${tenant}}:names:${rootId}`;
}

export function journalKey(tenant: string): string {
  return `bursar:{${tenant}}:journal`;
}

export function headKey(tenant: string): string {
  return `bursar:{${tenant}}:head`;
}

/** The tenant that a key has the roots of, if it does. */
export function tenantOfRoots(key: string): string | undefined {
  return /^bursar:\{([a-z0-9-]+)\}:roots$/.exec(key)?.[1];
}

export function rootsKey(tenant: string): string {
  return `bursar:{${tenant}}:roots`;
}

/** What is known of responses, and the order in which they came. */
export function responseKeys(tenant: string, rootId: string): string[] {
  const prefix = `bursar:{${tenant}}:`;
  return [`${prefix}responses:${rootId}`, `${prefix}remembered:${rootId}`];
}

export function placesKey(tenant: string, rootId: string): string {
  return `bursar:{${tenant}}:places:${rootId}`;
}

export function refusedKey(tenant: string): string {
  return `bursar:{${tenant}}:refused`;
}

/** An account's field in its root's record. */
export function accountField(account: string, rootLength: number): string {
  return ACCOUNT_FIELD + account.slice(rootLength + 1);
}

/** The account that a field of a root's record is of. */
export function accountOf(root: string, field: string): string {
  const below = field.slice(ACCOUNT_FIELD.length);
  return below === '' ? root : `${root}/${below}`;
}
