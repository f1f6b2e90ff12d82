import type { LedgerOptions } from '../contract.js';
import { readPlace } from './address.js';
import { Cluster } from './cluster.js';
import { Connection } from './connection.js';
import { SentinelStore } from './sentinel.js';
import type { Store } from './store.js';

/**
 * What a URL names, whether it is there or not.
 * @param onServing called each time that a server of it is there again, before anything is sent to it.
 * @throws {LedgerInputError} for any other text.
 */
export function openStore(
  url: string,
  { timeoutMs, wait }: Pick<LedgerOptions, 'timeoutMs' | 'wait'>,
  onServing?: () => void,
): Store {
  const place = readPlace(url);
  const options = { timeoutMs, wait, onServing };
  switch (place.kind) {
    case 'server': {
      const { at, db, login } = place;
      return new Connection({ ...login, ...at, db }, { ...options, mode: 'one server' });
    }
    case 'sentinel':
      return new SentinelStore(place, options);
    case 'cluster':
      return new Cluster(place.nodes, place.login, options);
  }
}
