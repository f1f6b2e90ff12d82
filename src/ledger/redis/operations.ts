/** The operations of a group, as the functions read them. */
import type {
  By,
  ExtendRequest,
  Genesis,
  ReleaseRequest,
  ReserveRequest,
  SettleRequest,
  Upstreamed,
} from '../contract.js';
import { sameCost } from '../rules/cost.js';
import { aboutWord, jsonWord, vectorText } from './codec.js';
import type { GroupKinds } from './grouped-calls.js';
import { accountField } from './keys.js';
import type { GenesisCache, PathText } from './path-text.js';
import type { GroupAnswer, RootName } from './root-calls.js';

interface Reserving {
  readonly request: ReserveRequest;
  readonly path: PathText;
}

/** Operations in a row that differ in nothing but their ids, and what their upstreams said. */
interface Run {
  readonly words: string;
  ids: string;
  /** Of each, joined by commas. */
  upstreams: string;
}

function addTo(runs: Run[], words: string, id: string, upstream: string): void {
  const last = runs.at(-1);
  if (last?.words === words) {
    last.ids += id;
    last.upstreams += `,${upstream}`;
  } else runs.push({ words, ids: id, upstreams: upstream });
}

/** Each path is said once, however many of the group charge it, and so are the terms of those alike. */
function reservingTexts(items: readonly Asked[]): string[] {
  const paths = new Map<string, number>();
  const terms = new Map<string, number>();
  const runs: Run[] = [];
  let last: Reserving | undefined;
  let words = '';
  for (const item of items) {
    if (isResolving(item)) continue;
    const { request, path } = item;
    // Most are alike, and known by it sooner than by their text.
    if (last?.path.text !== path.text || !isLike(last.request, request)) {
      words = String(placeIn(terms, termsText(request, placeIn(paths, path.text))));
    }
    last = item;
    addTo(runs, words, idOf(request.reservation), '');
  }
  return [
    ...[String(paths.size), ...paths.keys()],
    ...[String(terms.size), ...terms.keys()],
    ...runs.map(({ ids, words }) => `${ids} ${words}`),
  ];
}

/** Whether two have the same terms. False, too, where that is not seen at once: of tags. */
function isLike(a: ReserveRequest, b: ReserveRequest): boolean {
  return (
    a.ttlMs === b.ttlMs &&
    a.owner === b.owner &&
    a.fingerprint === b.fingerprint &&
    a.about?.name === b.about?.name &&
    a.about?.route === b.about?.route &&
    a.about?.tags === b.about?.tags &&
    sameCost(a.cost, b.cost)
  );
}

/** Counted from 1, in the order in which they come. */
function placeIn(places: Map<string, number>, text: string): number {
  const known = places.get(text);
  if (known !== undefined) return known;
  places.set(text, places.size + 1);
  return places.size;
}

/** What is to be done with a hold. */
export interface Resolving {
  readonly id: string;
  readonly upstream: string;
  readonly words: string;
}

export type Asked = Reserving | Resolving;

function isResolving(asked: Asked): asked is Resolving {
  return 'words' in asked;
}

function resolvingTexts(items: readonly Asked[]): string[] {
  const runs: Run[] = [];
  for (const item of items) {
    if (isResolving(item)) addTo(runs, item.words, item.id, item.upstream);
  }
  return runs.map(({ ids, upstreams, words }) => `${ids} ${upstreams} ${words}`);
}

/** What ends comes first, since it gives back. */
export const ASKED: GroupKinds<Asked> = {
  first: { operation: 'resolve', headLength: 0, arguments: resolvingTexts },
  second: { operation: 'reserve', headLength: 1, arguments: reservingTexts },
  both: {
    operation: 'both',
    headLength: 1,
    arguments: (items) => {
      const ends = resolvingTexts(items);
      return [String(ends.length), ...ends, ...reservingTexts(items)];
    },
  },
  isFirst: isResolving,
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

export function settling({ reservation, cost, by, upstream }: SettleRequest): Resolving {
  const words = `settle ${byText(reservation, by)} ${vectorText(cost)}`;
  return { id: idOf(reservation), upstream: upstreamWord(upstream), words };
}

export function releasing({ reservation, by }: ReleaseRequest): Resolving {
  const words = `release ${byText(reservation, by)}`;
  return { id: idOf(reservation), upstream: '-', words };
}

export function extending({ reservation, by, ttlMs }: ExtendRequest): Resolving {
  const words = `extend ${byText(reservation, by)} ${ttlMs}`;
  return { id: idOf(reservation), upstream: '-', words };
}

/** What a URL's word has as it is. */
const PLAIN = /^[\w.~!*'()-]*$/;

/** {@link jsonWord} of what an upstream said, which most of the time is an id of plain characters. */
function upstreamWord(upstream: Upstreamed | undefined): string {
  const { requestId, model } = upstream ?? {};
  if (requestId === undefined || model !== undefined || !PLAIN.test(requestId)) {
    return jsonWord(upstream);
  }
  return `%7B%22requestId%22%3A%22${requestId}%22%7D`;
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
  if (!inside) return 'c';
  const seen = by.revocations ? `+${by.revocations}` : '';
  return `${accountField(by.account, root.length)}${seen}`;
}

/** The part of a reservation's id that is its own. */
function idOf(reservation: string): string {
  return reservation.slice(-32);
}
