import {
  type AccountState,
  type BalanceOutcome,
  type Genesis,
  LedgerUnavailable,
  type Mark,
  type MarkKeeper,
  type RootState,
  type RootUnknown,
  type TreeOutcome,
  type TreeRequest,
} from '../contract.js';
import { accountAndAncestors } from '../ids.js';
import { inOrder, rolled } from '../rules/windows.js';
import { corrupt, readAccount, readGenesis, readMark, readWhole } from './codec.js';
import type { Fence } from './fence.js';
import { accountField, rootKey } from './keys.js';
import type { Store } from './store.js';
import { readTree } from './tree.js';

const ROOT_UNKNOWN: RootUnknown = { status: 'refused', reason: 'root_unknown' };

interface View {
  readonly genesis: Genesis;
  /** The root's last change. */
  readonly last: Mark;
  readonly nowMs: number;
  readonly texts: readonly (string | null)[];
}

export interface ViewsDeps {
  readonly store: Store;
  readonly marks: Pick<MarkKeeper, 'markOf'>;
  readonly fence: Pick<Fence, 'mayTryAgain'>;
  readonly latestMs: () => number;
}

/**
 * What is there to be seen, at the store's own time. A root that is behind what this gateway saw of it,
 * or not there any more, is not shown: the store has lost state (DESIGN §3, rule 8).
 */
export class Views {
  readonly #deps: ViewsDeps;

  constructor(deps: ViewsDeps) {
    this.#deps = deps;
  }

  async balance(account: string): Promise<BalanceOutcome | RootUnknown> {
    const names = accountAndAncestors(account);
    const view = await this.#fenced(names[0] ?? '', names);
    if (view === undefined) return ROOT_UNKNOWN;
    return { status: 'found', genesis: view.genesis, path: statesOf(names, view) };
  }

  /** Whatever the store has, for a list of all: undefined where it has no such root. */
  async root(account: string): Promise<RootState | undefined> {
    const view = await this.#view(account, [account]);
    const [state] = view === undefined ? [] : statesOf([account], view);
    return view === undefined || state === undefined ? undefined : { genesis: view.genesis, state };
  }

  async tree(request: TreeRequest): Promise<TreeOutcome | RootUnknown> {
    const [root = ''] = accountAndAncestors(request.account);
    const view = await this.#fenced(root, [request.account]);
    if (view === undefined) return ROOT_UNKNOWN;
    const top = readAccount(request.account, view.texts[0]);
    const found = await readTree(this.#deps.store, request, top);
    const accounts = found.accounts.map((state) => shown(state, view.nowMs));
    return { status: 'found', genesis: view.genesis, accounts, truncated: found.truncated };
  }

  async #fenced(root: string, names: readonly string[]): Promise<View | undefined> {
    const look = async () => {
      // As it is now: what is acknowledged while the store answers may be younger than its answer.
      const expected = this.#deps.marks.markOf(root);
      const view = await this.#view(root, names);
      if (expected !== undefined) requireMark(root, expected, view?.last);
      return view;
    };
    try {
      return await look();
    } catch (error) {
      // The mark may be of an epoch that has ended.
      if (!(await this.#deps.fence.mayTryAgain(root.split('/', 1)[0] ?? '', error))) throw error;
      return look();
    }
  }

  async #view(root: string, names: readonly string[]): Promise<View | undefined> {
    const { store, latestMs } = this.#deps;
    const [tenant = '', rootId = ''] = root.split('/');
    const fields = names.map((name) => accountField(name, root.length));
    const reply = await store.run('view', [rootKey(tenant, rootId)], [latestMs(), ...fields]);
    if (!Array.isArray(reply)) throw corrupt('answer', String(reply));
    if (reply.length === 0) return undefined;
    const [now, meta, genesis, ...texts] = reply as (string | null)[];
    return {
      genesis: readGenesis(tenant, rootId, genesis ?? ''),
      last: readMark(meta ?? ''),
      nowMs: readWhole(now ?? undefined),
      texts,
    };
  }
}

function statesOf(names: readonly string[], { texts, nowMs }: View): AccountState[] {
  return names.map((name, i) => shown(readAccount(name, texts[i]), nowMs));
}

/** As `checkMark` in `lua/root.lua`. @param found undefined where there is no such root */
function requireMark(root: string, expected: Mark, found: Mark | undefined): void {
  const isThere =
    found !== undefined &&
    (found.sequence > expected.sequence ||
      (found.sequence === expected.sequence && found.nonce === expected.nonce));
  if (isThere) return;
  const text = ({ sequence, nonce }: Mark) => `${sequence}:${nonce}`;
  throw new LedgerUnavailable(
    'state_lost',
    `STATELOST root ${root.slice(root.indexOf('/') + 1)}: found ` +
      `${found === undefined ? 'no such root' : text(found)}, expected ${text(expected)} or later`,
  );
}

/** An account as it is shown: a window that is over is shown as the one that has begun, at 0. */
function shown(state: AccountState, nowMs: number): AccountState {
  if (state.windows.length === 0) return state;
  return { ...state, windows: inOrder(rolled(state.windows, nowMs)) };
}
