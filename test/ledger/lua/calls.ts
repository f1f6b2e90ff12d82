/** Arguments of the functions as the engine writes them, each part of which a test can change. */
import { recordKeys } from '../../../src/ledger/redis/keys.js';
import type { Operation } from '../../../src/ledger/redis/scripts.js';
import { START_MS } from '../sequences.js';
import type { LuaStore } from './store.js';

export const TENANT = 'main';
export const ROOT_ID = 'a'.repeat(32);
export const KEYS = recordKeys(TENANT, ROOT_ID);
export const [RECORD = '', DUE = '', CARVES = '', JOURNAL = '', HEAD = '', NAMES = ''] = KEYS;
export const ROOTS_KEY = `bursar:{${TENANT}}:roots`;
/** A reservation's own digits. */
export const ID = 'b'.repeat(32);
export const OPEN_ID = 'e'.repeat(32);
export const COST = '1000000,,,1000000';
export const NONCE = '0123456789abcdef';
/** An hour after the histories' start, at which {@link seeded} opens its root. */
export const EXPIRES_MS = START_MS + 3_600_000;

export type Change = Readonly<Record<string, string>>;

/** Words with some of them changed, joined by spaces. */
const words = (good: Change, change: Change): string =>
  Object.values({ ...good, ...change }).join(' ');

export const header = (change: Change = {}) =>
  words(
    {
      latest: String(START_MS + 300_000),
      nonce: NONCE,
      mark: '-',
      retain: '4000',
      accounts: '20',
      holds: '40',
    },
    change,
  );

export const path = (change: Change = {}) =>
  words(
    {
      kid: 'k1',
      expires: String(EXPIRES_MS),
      root: 'a:',
      rootLimits: 'credits=5000000;',
      rootEnds: '-',
      child: 'a:x',
      childLimits: '-',
      childEnds: '-',
    },
    change,
  );

/** One reservation and its terms. */
export const reservation = ({ id = ID, terms = '1', ...change }: Change = {}) => [
  '1',
  words(
    {
      place: '1',
      ttl: '60000',
      owner: 'g',
      print: '-',
      about: '-',
      steps: '0',
      least: COST,
      most: COST,
    },
    change,
  ),
  `${id} ${terms}`,
];

export interface Reserving {
  readonly header?: Change;
  readonly path?: Change;
  readonly reservation?: Change;
}

export const reserve = (its: Reserving = {}): string[] => [
  header(its.header),
  '1',
  path(its.path),
  ...reservation(its.reservation),
];

export const GENESIS = `k1 ${EXPIRES_MS} credits=10000000; {"holder":"h","labels":{}}`;

/** Runs an operation on the root of these tests. */
export async function call(
  store: LuaStore,
  operation: Operation,
  args: readonly string[],
  keys: readonly string[] = KEYS,
): Promise<readonly string[]> {
  return (await store.call(operation, keys, args)) as string[];
}

/** One root with 10 credits, and one open hold of 1 at its child `x`. */
export async function seeded(store: LuaStore): Promise<void> {
  await store.begin(START_MS);
  await call(store, 'openRoot', [header(), GENESIS], [...KEYS, ROOTS_KEY]);
  await call(store, 'reserve', reserve({ reservation: { id: OPEN_ID } }));
}

/** What an answer says first: where the root stands after a call, and which call it answers. */
export const standing = (sequence: number, atMs: number, nonce = NONCE, answers = NONCE) =>
  `${sequence} ${nonce} ${atMs} ${answers}`;
export const NO_STANDING = `- - 0 ${NONCE}`;
