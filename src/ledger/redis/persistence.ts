import { TENANTS } from './keys.js';
import type { Store } from './store.js';

const SETTINGS = ['appendonly', 'appendfsync', 'save', 'no-appendfsync-on-rewrite'];

/**
 * What of a store's settings can lose what it has acknowledged, each naming the setting. Nothing where
 * the store does not let them be read. In a cluster they are those of one node.
 */
export async function persistenceWarnings(store: Store): Promise<string[]> {
  let said: readonly string[];
  try {
    said = await store.call(
      TENANTS,
      (redis) => redis.config('GET', ...SETTINGS) as Promise<string[]>,
    );
  } catch {
    return [];
  }
  const found = new Map<string, string>();
  for (let i = 0; i < said.length; i += 2) found.set(said[i] ?? '', said[i + 1] ?? '');
  return judge(found);
}

function judge(found: ReadonlyMap<string, string>): string[] {
  const save = found.get('save');
  if (found.get('appendonly') === 'no') {
    const left =
      save === ''
        ? 'a restart loses everything'
        : `a restart loses what came after the last snapshot (save: ${save})`;
    return [`the store's appendonly: found no, so that ${left}; expected yes`];
  }
  const warnings: string[] = [];
  const fsync = found.get('appendfsync');
  if (fsync === 'no' || fsync === 'everysec') {
    const lost = fsync === 'no' ? 'what the system had not written yet' : 'up to two seconds';
    warnings.push(
      `the store's appendfsync: found ${fsync}, so that a loss of power loses ${lost}; expected always`,
    );
  }
  if (fsync !== 'no' && found.get('no-appendfsync-on-rewrite') === 'yes') {
    warnings.push(
      "the store's no-appendfsync-on-rewrite: found yes, so that nothing is synced during a rewrite; expected no",
    );
  }
  return warnings;
}
