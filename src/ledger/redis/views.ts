import type {
  AccountState,
  BalanceOutcome,
  Genesis,
  RootUnknown,
  TreeOutcome,
  TreeRequest,
} from '../contract.js';
import { accountAndAncestors } from '../ids.js';
import { inOrder, rolled } from '../rules/windows.js';
import { corrupt, readAccount, readGenesis, readWhole } from './codec.js';
import { accountField, rootKey } from './keys.js';
import type { Store } from './store.js';
import { readTree } from './tree.js';

const ROOT_UNKNOWN: RootUnknown = { status: 'refused', reason: 'root_unknown' };

interface View {
  readonly genesis: Genesis;
  readonly nowMs: number;
  readonly texts: readonly (string | null)[];
}

/** What is there to be seen, at the store's own time. */
export class Views {
  readonly #store: Store;
  readonly #latestMs: () => number;

  constructor(store: Store, latestMs: () => number) {
    this.#store = store;
    this.#latestMs = latestMs;
  }

  async balance(account: string): Promise<BalanceOutcome | RootUnknown> {
    const names = accountAndAncestors(account);
    const view = await this.#view(names[0] ?? '', names);
    if (view === undefined) return ROOT_UNKNOWN;
    const path = names.map((name, i) => shown(readAccount(name, view.texts[i]), view.nowMs));
    return { status: 'found', genesis: view.genesis, path };
  }

  async tree(request: TreeRequest): Promise<TreeOutcome | RootUnknown> {
    const [root = ''] = accountAndAncestors(request.account);
    const view = await this.#view(root, []);
    if (view === undefined) return ROOT_UNKNOWN;
    const { tenant, rootId } = view.genesis;
    const found = await readTree(this.#store, rootKey(tenant, rootId), request);
    const accounts = found.accounts.map((state) => shown(state, view.nowMs));
    return { status: 'found', genesis: view.genesis, accounts, truncated: found.truncated };
  }

  async #view(root: string, names: readonly string[]): Promise<View | undefined> {
    const [tenant = '', rootId = ''] = root.split('/');
    const fields = names.map((name) => accountField(name, root.length));
    const args = [this.#latestMs(), ...fields];
    const reply = await this.#store.run('view', [rootKey(tenant, rootId)], args);
    if (!Array.isArray(reply)) throw corrupt('answer', String(reply));
    if (reply.length === 0) return undefined;
    const [now, , genesis, ...texts] = reply as (string | null)[];
    return {
      genesis: readGenesis(tenant, rootId, genesis ?? ''),
      nowMs: readWhole(now ?? undefined),
      texts,
    };
  }
}

/** An account as it is shown: a window that is over is shown as the one that has begun, at 0. */
function shown(state: AccountState, nowMs: number): AccountState {
  if (state.windows.length === 0) return state;
  return { ...state, windows: inOrder(rolled(state.windows, nowMs)) };
}
