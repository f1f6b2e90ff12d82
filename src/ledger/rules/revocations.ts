import {
  type By,
  MAX_REVOKED_MACAROONS,
  type Revocations,
  type RevocationsDiffer,
  type RevokeMacaroonOutcome,
  type RevokeMacaroonRequest,
} from '../contract.js';
import { rootName } from '../ids.js';
import { Draft } from './draft.js';
import type { Decision, Records, RootRecord } from './records.js';
import { type Clocks, timeOf } from './time.js';
import { ROOT_UNKNOWN } from './views.js';

const NONE: Revocations = { number: 0, macaroons: [] };

/**
 * A refusal where the store has other revocations than whoever asks has compared its macaroon with
 * (DESIGN §3, rule 9). It comes before an answer that was given before: a replay is a use, too.
 */
export function revocationsDiffer(
  { genesis, revocations = NONE }: RootRecord,
  seen = 0,
): RevocationsDiffer | undefined {
  const { number, macaroons } = revocations;
  if (number === seen) return undefined;
  const fingerprints = macaroons.map(({ fingerprint }) => fingerprint);
  const reason = 'revocations_differ';
  return { status: 'refused', reason, account: rootName(genesis), number, fingerprints };
}

/** The same for a caller that ends or extends a hold under its own root. The gateway ends any. */
export function callersDiffer(root: RootRecord, by: By | undefined): RevocationsDiffer | undefined {
  if (by?.kind !== 'caller') return undefined;
  const name = rootName(root.genesis);
  const isInside = by.account === name || by.account.startsWith(`${name}/`);
  return isInside ? revocationsDiffer(root, by.revocations) : undefined;
}

/** Revokes one macaroon until it expires. Those that have expired leave the list first. */
export function revokeMacaroon(
  records: Records,
  { root: name, fingerprint, expiresAtMs = Number.MAX_SAFE_INTEGER, actor }: RevokeMacaroonRequest,
  clocks: Clocks,
): Decision<RevokeMacaroonOutcome> {
  const root = records.root(name);
  if (root === undefined) return { outcome: ROOT_UNKNOWN, changes: [] };
  const nowMs = timeOf(clocks, root.clockMs);
  const until = Math.min(expiresAtMs, root.genesis.expiresAtMs);
  if (until <= nowMs) return refuse('expired');
  const before = root.revocations ?? NONE;
  const known = before.macaroons.find((its) => its.fingerprint === fingerprint);
  if (known !== undefined && known.expiresAtMs >= until) {
    const outcome = { status: 'done', replayed: true, expiresAtMs: known.expiresAtMs } as const;
    return { outcome, changes: [] };
  }
  const draft = new Draft(records, root, nowMs);
  const head = draft.next();
  const revocations = withRevoked(before, head, { fingerprint, expiresAtMs: until });
  if (revocations.macaroons.length > MAX_REVOKED_MACAROONS) return refuse('too_many_revocations');
  const said = { account: name, fingerprint, expiresAtMs: until, actor };
  draft.draw({ revocations, entry: { ...head, kind: 'macaroon_revoked', ...said } });
  const outcome = { status: 'done', replayed: false, expiresAtMs: until } as const;
  return { outcome, changes: draft.changes };
}

/** The list after one more, without those that have expired by then. */
export function withRevoked(
  { macaroons }: Revocations = NONE,
  { sequence, timeMs }: { readonly sequence: number; readonly timeMs: number },
  { fingerprint, expiresAtMs }: Revocations['macaroons'][number],
): Revocations {
  const kept = macaroons.filter((its) => {
    return its.expiresAtMs > timeMs && its.fingerprint !== fingerprint;
  });
  return { number: sequence, macaroons: [...kept, { fingerprint, expiresAtMs }] };
}

function refuse(reason: 'expired' | 'too_many_revocations'): Decision<RevokeMacaroonOutcome> {
  return { outcome: { status: 'refused', reason }, changes: [] };
}
