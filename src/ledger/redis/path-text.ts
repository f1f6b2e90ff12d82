/** What the scripts are told of a path, said once for each path however often it is charged. */
import type { Limit } from '../../money/units.js';
import type { AccountLimits, Genesis } from '../contract.js';
import { corrupt, limitsText, readGenesis } from './codec.js';
import { accountField } from './keys.js';

/** A limit of a path, with the account that it is on. */
export interface PathLimit {
  readonly account: string;
  readonly limit: Limit;
  /** Which use it limits: those of one account, unit and window limit the same, counted from 0. */
  readonly use: number;
}

/** A path as one argument of a script, and what its answers are read with. */
export interface PathText {
  readonly kid: string;
  readonly expiresAtMs: number;
  /** The number of those that the macaroon was compared with; 0 for none. */
  readonly revocations: number;
  readonly text: string;
  readonly depth: number;
  /** By its place, counted from 1 as Lua does. */
  accountAt(place: number): string;
  /** Every limit in the order in which the scripts answer, with the root's as minted. */
  limitsWith(genesis: Genesis): readonly PathLimit[];
}

/** By the very object, which the gateway keeps with its macaroon; it is never changed. */
const known = new WeakMap<readonly AccountLimits[], PathText>();

export function pathText(
  kid: string,
  expiresAtMs: number,
  path: readonly AccountLimits[],
  revocations = 0,
): PathText {
  const found = known.get(path);
  const isSame =
    found?.kid === kid && found.expiresAtMs === expiresAtMs && found.revocations === revocations;
  if (isSame) return found;
  const made = makePathText({ kid, expiresAtMs, revocations }, path);
  known.set(path, made);
  return made;
}

function makePathText(
  { kid, expiresAtMs, revocations }: Pick<PathText, 'kid' | 'expiresAtMs' | 'revocations'>,
  path: readonly AccountLimits[],
): PathText {
  const rootLength = path[0]?.account.length ?? 0;
  const words = path.map(({ account, limits, carveEndsMs }) => {
    return `${accountField(account, rootLength)} ${limitsText(limits)} ${carveEndsMs ?? '-'}`;
  });
  let minted: Genesis | undefined;
  let limits: readonly PathLimit[] = [];
  return {
    kid,
    expiresAtMs,
    revocations,
    depth: path.length,
    accountAt: (place) => {
      const account = path[place - 1]?.account;
      if (account === undefined) throw corrupt('place in the path', String(place));
      return account;
    },
    text: `${kid} ${expiresAtMs}${revocations === 0 ? '' : `+${revocations}`} ${words.join(' ')}`,
    limitsWith: (genesis) => {
      if (genesis !== minted) {
        minted = genesis;
        const uses = new Map<string, number>();
        limits = path.flatMap(({ account, limits: own }, level) =>
          [...own, ...(level === 0 ? genesis.limits : [])].map((limit) => {
            const key = `${level} ${limit.unit} ${limit.window}`;
            const use = uses.get(key) ?? uses.size;
            uses.set(key, use);
            return { account, limit, use };
          }),
        );
      }
      return limits;
    },
  };
}

/** The same object for the same genesis, so that what depends on it is made once. */
export class GenesisCache {
  readonly #byRoot = new Map<string, { readonly text: string; readonly genesis: Genesis }>();
  readonly #onNew: (genesis: Genesis) => void;

  /** @param onNew is told of a root that was not in here. */
  constructor(onNew: (genesis: Genesis) => void) {
    this.#onNew = onNew;
  }

  /** @param text undefined is answered for `-`: there is no such root. */
  read(tenant: string, rootId: string, text: string): Genesis | undefined {
    if (text === '-') return undefined;
    const root = `${tenant}/${rootId}`;
    const known = this.#byRoot.get(root);
    if (known?.text === text) return known.genesis;
    const genesis = readGenesis(tenant, rootId, text);
    if (this.#byRoot.size >= MAX_CACHED) this.#byRoot.clear();
    this.#byRoot.set(root, { text, genesis });
    this.#onNew(genesis);
    return genesis;
  }
}

/** Of some 500 bytes each. */
const MAX_CACHED = 10_000;
