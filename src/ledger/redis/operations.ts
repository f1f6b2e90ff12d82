/** The operations of a group, as the functions read them. */
import type {
  By,
  ExtendRequest,
  Genesis,
  ReleaseRequest,
  ReserveRequest,
  SettleRequest,
} from '../contract.js';
import { aboutWord, jsonWord, vectorText } from './codec.js';
import { accountField } from './keys.js';
import type { GenesisCache, PathText } from './path-text.js';
import type { GroupAnswer, GroupKind, RootName } from './root-calls.js';

export interface Reserving {
  readonly request: ReserveRequest;
  readonly path: PathText;
}

/** Each path is said once, however many of the group charge it, and so are the terms of those alike. */
export const RESERVING: GroupKind<Reserving> = {
  operation: 'reserve',
  headLength: 1,
  arguments: (items) => {
    const paths = new Map<string, number>();
    const terms = new Map<string, number>();
    const operations = items.map(({ request, path }) => {
      const its = termsText(request, placeIn(paths, path.text));
      return `${idOf(request.reservation)} ${placeIn(terms, its)}`;
    });
    return [
      ...[String(paths.size), ...paths.keys()],
      ...[String(terms.size), ...terms.keys()],
      ...operations,
    ];
  },
};

/** Counted from 1, in the order in which they come. */
function placeIn(places: Map<string, number>, text: string): number {
  const known = places.get(text);
  if (known !== undefined) return known;
  places.set(text, places.size + 1);
  return places.size;
}

export const RESOLVING: GroupKind<string> = {
  operation: 'resolve',
  headLength: 0,
  arguments: (operations) => [...operations],
};

/** What the store said of the root that a group is of; undefined where it has none. */
export function readGroupGenesis(
  geneses: GenesisCache,
  { tenant, rootId }: RootName,
  { head: [genesis = '-'] }: GroupAnswer,
): Genesis | undefined {
  return geneses.read(tenant, rootId, genesis);
}

/** `PATH TTL OWNER FINGERPRINT ABOUT STEPS LEAST MOST`. */
function termsText(
  { ttlMs, owner, fingerprint, about, cost }: ReserveRequest,
  place: number,
): string {
  const least = vectorText(cost.least);
  const most = cost.most === cost.least ? least : vectorText(cost.most);
  const by = owner === 'caller' ? 'c' : 'g';
  return (
    `${place} ${ttlMs} ${by} ${jsonWord(fingerprint)} ${aboutWord(about)} ` +
    `${cost.steps} ${least} ${most}`
  );
}

export function settleText({ reservation, cost, by, upstream }: SettleRequest): string {
  const who = byText(reservation, by);
  return `${idOf(reservation)} ${jsonWord(upstream)} settle ${who} ${vectorText(cost)}`;
}

export function releaseText({ reservation, by }: ReleaseRequest): string {
  return `${idOf(reservation)} - release ${byText(reservation, by)}`;
}

export function extendText({ reservation, by, ttlMs }: ExtendRequest): string {
  return `${idOf(reservation)} - extend ${byText(reservation, by)} ${ttlMs}`;
}

/**
 * `g` for the gateway, the account's field for a caller under the same root, and for one under
 * another, who owns nothing here, `c` alone.
 */
function byText(reservation: string, by: By | undefined): string {
  if (by === undefined || by.kind === 'gateway') return 'g';
  const [, tenant = '', rootId = ''] = reservation.split('.');
  const root = `${tenant}/${rootId}`;
  const inside = by.account === root || by.account.startsWith(`${root}/`);
  return inside ? accountField(by.account, root.length) : 'c';
}

/** The part of a reservation's id that is its own. */
function idOf(reservation: string): string {
  return reservation.slice(-32);
}
