import { type AccountState, MAX_PAGE, type TreeRequest } from '../contract.js';
import { accountAndAncestors } from '../ids.js';
import { corrupt, readAccount } from './codec.js';
import { ACCOUNT_FIELD, accountField, accountOf, namesKey, rootKey } from './keys.js';
import type { Store } from './store.js';

/**
 * One page of the accounts below one, read in one step whose work is bounded by the page. What is
 * charged between two pages may be in the next or not, account by account.
 */
export async function readTree(
  store: Store,
  { account, depth, after, maxAccounts = MAX_PAGE }: TreeRequest,
  top: AccountState,
): Promise<{ accounts: AccountState[]; truncated: boolean }> {
  const [root = ''] = accountAndAncestors(account);
  const [tenant = '', rootId = ''] = root.split('/');
  const isFirst = after === undefined;
  const keys = [rootKey(tenant, rootId), namesKey(tenant, rootId)];
  const from = isFirst ? '-' : afterField(after, root);
  // One more than the page takes tells whether there is another.
  const most = maxAccounts + (isFirst ? 0 : 1);
  const asked = [accountField(account, root.length), from, depth ?? '-', most];
  const reply = await store.run('tree', keys, asked);
  if (!Array.isArray(reply)) throw corrupt('answer', String(reply));
  const accounts = isFirst ? [top] : [];
  for (let i = 0; i < reply.length; i += 2) {
    accounts.push(readAccount(accountOf(root, String(reply[i])), reply[i + 1] as string | null));
  }
  return { accounts: accounts.slice(0, maxAccounts), truncated: accounts.length > maxAccounts };
}

/** The text as fields compare with it. */
function afterField(after: string, root: string): string {
  if (after.startsWith(`${root}/`)) return accountField(after, root.length);
  return after > root ? `${ACCOUNT_FIELD}~` : ACCOUNT_FIELD;
}
