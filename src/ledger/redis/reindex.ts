import { headKey, recordKeys, rootsKey } from './keys.js';
import type { Store } from './store.js';

/** The store does nothing else meanwhile: some milliseconds. */
const AT_ONCE = 1_000;

/** The ids of a tenant's roots by their records, whether the list of roots has them or not. */
export async function recordedRoots(store: Store, tenant: string): Promise<string[]> {
  const prefix = `bursar:{${tenant}}:root:`;
  const found = new Set<string>();
  for (let from = '0', begun = false; from !== '0' || !begun; begun = true) {
    const [next, keys] = await store.call(headKey(tenant), (redis) =>
      redis.scan(from, 'MATCH', `${prefix}*`, 'COUNT', AT_ONCE),
    );
    for (const key of keys) found.add(key.slice(prefix.length));
    from = next;
  }
  return [...found].sort();
}

/**
 * Makes a tenant's lists anew out of its roots' records, while the tenant is closed: the roots, what is
 * due, and each root's carve-outs. What is in them already stays; again, it changes nothing.
 */
export async function reindex(store: Store, tenant: string): Promise<void> {
  for (const rootId of await recordedRoots(store, tenant)) {
    const [record = '', due = '', carves = ''] = recordKeys(tenant, rootId);
    await store.change(record, (redis) => redis.zadd(rootsKey(tenant), 0, rootId));
    for (let from = '0', begun = false; from !== '0' || !begun; begun = true) {
      const [next, flat] = await store.call(record, (redis) =>
        redis.hscan(record, from, 'COUNT', AT_ONCE),
      );
      const ends = flat.flatMap((field, i) => (i % 2 ? [] : endsOf(field, flat[i + 1] ?? '')));
      const all = ends.flatMap(({ at, member }) => [at, `${rootId}.${member}`]);
      if (all.length > 0) await store.change(record, (redis) => redis.zadd(due, ...all));
      const ofCarves = ends.filter(({ isCarve }) => isCarve);
      const theirs = ofCarves.flatMap(({ at, member }) => [at, member]);
      if (theirs.length > 0) await store.change(record, (redis) => redis.zadd(carves, ...theirs));
      from = next;
    }
  }
}

interface End {
  readonly at: string;
  readonly member: string;
  readonly isCarve: boolean;
}

/** What one field of a record has that is due at some time. */
function endsOf(field: string, text: string): End[] {
  if (field.startsWith('h:')) {
    const [, at = ''] = text.split(' ', 2);
    return /^\d+$/.test(at) ? [{ at, member: field.slice(2), isCarve: false }] : [];
  }
  if (!field.startsWith('a:')) return [];
  const [, carves = ''] = / v=(\S+)/.exec(text) ?? [];
  return [...carves.matchAll(/(\d):\d+:(\d+);/g)].map(([, unit, at = '']) => ({
    at,
    member: `${field} ${unit}`,
    isCarve: true,
  }));
}
