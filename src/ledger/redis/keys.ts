/**
 * Every key that the Redis engine uses, and what is stored there. All keys of a tenant share the
 * hash tag `{tenant}`, and so one slot of a cluster: one script changes a whole path or none of it.
 * The parts of a key are of [a-z0-9-] alone, checked before they come here, so that no name can
 * reach another key or another slot. No key has an expiry of its own.
 *
 * `bursar:{TENANT}:root:ROOTID`, a hash: one root's whole record, from mint until an operator drops
 * it. No child can be lost without its root.
 *   `g`           genesis, never changed: `KID EXPIRES LIMITS JSON`, the JSON having holder and labels
 *   `m`           meta: `CLOCK ACCOUNTS OPEN SEQ`: the last time that decided here, how many accounts
 *                 and open holds there are, how many changes there were
 *   `a:[A/B/…]`   an account, from its first charge, as long as the record: spent and held in
 *                 credits, usd, tokens and calls, as eight numbers, then the LIMITS last seen.
 *                 `a:` is the root's own
 *   `h:ID`        a hold: `STATE DUE CREATED …`, until DUE, when a sweep ends it:
 *                   `o` open       … LEAF STEP GRANTED STEPS LEAST MOST; DUE is its deadline
 *                   `p` presumed   … LEAF 0 GRANTED      (DUE: when it may be forgotten)
 *                   `s` settled    … GRANTED CHARGED
 *                   `r` released, or never seen and marked as released
 *
 * `bursar:{TENANT}:due`, a sorted set of `ROOTID.ID` by DUE: one entry for each hold, as long as it.
 * `bursar:{TENANT}:roots`, a sorted set of root ids, all with score 0: as long as their records.
 * `bursar:tenants`, a set: every tenant that ever had a root. It is in a slot of its own, so it is
 *   written before the tenant's first root: a tenant here may have none, but none is missing.
 *
 * LIMITS are `UNIT=MICROS;` each, LEAF is an account's field, and amounts by unit are four numbers
 * joined by commas, empty where unknown. It is all text, which a person can read in redis-cli and a
 * script can answer as it was written. Packed doubles (`struct`) would be read in 0.15 µs instead of
 * 0.8 µs an account and written in 0.3 µs instead of 0.7 µs, of some 30 µs for a path of 4.
 *
 * Room for what comes, without rewriting a record:
 *   - after LIMITS in an account, and after SEQ in meta, scripts carry on whatever follows a space:
 *     a window's counters (`day:credits:19700 SPENT HELD`) and a carve-out's standing fit there, and
 *     the change's nonce and the epoch in meta. A hold has its CREATED, so its window is known;
 *     further words at its end are free
 *   - LIMITS has spellings to spare: `UNIT/WINDOW=…`, `UNIT+carved=…`. Scripts of today refuse them
 *   - pauses, revocations and top-ups are `c:[A/B/…]`, since they may name an account never charged;
 *     a count of them in meta saves the look-up for a root that has none
 *   - the journal is one stream `bursar:{TENANT}:journal`, appended in the same script, with its
 *     number and chain in `bursar:{TENANT}:head`; gateways and their marks are one hash of the
 *     tenant. They are declared as further KEYS
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

export function rootsKey(tenant: string): string {
  return `bursar:{${tenant}}:roots`;
}

/** The fields of the accounts from the root down to the one named `below` (DESIGN §2: `A/B/…`). */
export function accountFields(below: string): string[] {
  const fields = [ACCOUNT_FIELD];
  if (below === '') return fields;
  for (let slash = below.indexOf('/'); slash >= 0; slash = below.indexOf('/', slash + 1)) {
    fields.push(ACCOUNT_FIELD + below.slice(0, slash));
  }
  fields.push(ACCOUNT_FIELD + below);
  return fields;
}
