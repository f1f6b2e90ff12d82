import { LedgerUnavailable } from '../contract.js';

const LEAST_MAJOR = 7;

/** How the URL says that the store is made up. */
export type Mode = 'one server' | 'cluster';

/**
 * Refuses a store that can't be trusted with a ledger, from its own `INFO`.
 * @throws {LedgerUnavailable} naming what was found and what was expected.
 */
export function requireFit(info: string, mode: Mode): void {
  const said = (field: string) => new RegExp(`^${field}:(.*?)\r?$`, 'm').exec(info)?.[1];
  if (said('loading') === '1') {
    throw new LedgerUnavailable('store_error', 'the store answered LOADING');
  }
  if (said('role') === 'slave') {
    throw new LedgerUnavailable('store_error', 'the store answered READONLY: it is a replica');
  }
  // One node would serve some of the tenants, and answer MOVED to all others.
  if (mode !== 'cluster' && said('redis_mode') === 'cluster') {
    throw unfit('mode', 'cluster', 'a redis+cluster:// URL for it');
  }
  const version = said('redis_version');
  if (!(Number.parseInt(version ?? '', 10) >= LEAST_MAJOR)) {
    throw unfit('version', version, `${LEAST_MAJOR}.0 or newer`);
  }
  const policy = said('maxmemory_policy');
  if (policy !== 'noeviction') {
    throw unfit('maxmemory-policy', policy, 'noeviction, as any other may drop a budget');
  }
}

function unfit(setting: string, found: string | undefined, expected: string): LedgerUnavailable {
  const message = `the store's ${setting}: found ${found || 'nothing'}, expected ${expected}`;
  return new LedgerUnavailable('store_error', message);
}
