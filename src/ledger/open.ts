import { type Ledger, LedgerInputError, type LedgerOptions } from './contract.js';
import { NotedLedger } from './noted.js';

/**
 * Opens the ledger that a URL names: `sqlite:PATH`, or `redis://…`, `redis+sentinel://…`,
 * `redis+cluster://…` and each of them as `rediss…`. Only the engine that it names is loaded.
 * @throws {LedgerInputError} for any other URL. It is not shown whole: it may hold a password.
 * @throws {LedgerUnavailable} when the store can't be opened.
 */
export async function openLedger(url: string, options: LedgerOptions): Promise<Ledger> {
  const ledger = await openEngine(url, options);
  return options.marks === undefined ? ledger : new NotedLedger(ledger, options.marks);
}

async function openEngine(url: string, options: LedgerOptions): Promise<Ledger> {
  const scheme = /^[a-z0-9+.-]*:/i.exec(url)?.[0] ?? '';
  if (scheme === 'sqlite:') {
    const { openSqliteLedger } = await import('./sqlite/engine.js');
    return openSqliteLedger(sqlitePath(url.slice(scheme.length)), options);
  }
  if (/^rediss?(?:\+(?:cluster|sentinel))?:$/.test(scheme)) {
    const { openRedisLedger } = await import('./redis/engine.js');
    return openRedisLedger(url, options);
  }
  throw new LedgerInputError(
    `ledger: found ${scheme === '' ? 'a URL with no scheme' : scheme}, ` +
      'expected sqlite:PATH, redis://HOST, redis+cluster://HOST,… or redis+sentinel://HOST,…/NAME',
  );
}

function sqlitePath(path: string): string {
  if (path === '' || path.startsWith('//') || path.startsWith(':')) {
    throw new LedgerInputError(
      `ledger: found sqlite:${path}, expected sqlite:PATH with a file's path`,
    );
  }
  return path;
}
