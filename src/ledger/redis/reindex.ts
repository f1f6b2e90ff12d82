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
 * due, and each root's carve-outs and names. What is in them already stays; again, it changes nothing.
 */
export async function reindex(store: Store, tenant: string): Promise<void> {
  for (const rootId of await recordedRoots(store, tenant)) {
    const [record = '', due = '', carves = '', , , names = ''] = recordKeys(tenant, rootId);
    const add = async (
      key: string,
      members: readonly (readonly [at: string, member: string])[],
    ) => {
      if (members.length > 0)
        await store.change(record, (redis) => redis.zadd(key, ...members.flat()));
    };
    await add(rootsKey(tenant), [['0', rootId]]);
    for (let from = '0', begun = false; from !== '0' || !begun; begun = true) {
      const [next, flat] = await store.call(record, (redis) =>
        redis.hscan(record, from, 'COUNT', AT_ONCE),
      );
      const all = flat.flatMap((field, i) => (i % 2 ? [] : [listed(field, flat[i + 1] ?? '')]));
      const ends = all.flatMap((its) => its.ends);
      await add(
        due,
        ends.map(({ at, member }) => [at, `${rootId}.${member}`]),
      );
      await add(
        carves,
        ends.flatMap(({ at, member }) => (member.startsWith('a:') ? [[at, member] as const] : [])),
      );
      await add(
        names,
        all.flatMap((its) => its.names.map((name) => ['0', name] as const)),
      );
      from = next;
    }
  }
}

/** What the lists have of one field of a record. */
interface Listed {
  readonly ends: readonly { readonly at: string; readonly member: string }[];
  readonly names: readonly string[];
}

const NOTHING: Listed = { ends: [], names: [] };
/** Before every time: something below has to be ended (`lua/closing.lua`). */
const BEFORE_ALL = '-1';

function listed(field: string, text: string): Listed {
  if (field.startsWith('h:')) return listedHold(field.slice(2), text);
  return field.startsWith('a:') ? listedAccount(field, text) : NOTHING;
}

function listedHold(id: string, text: string): Listed {
  const [state, at = '', , , owner, leaf = ''] = text.split(' ', 6);
  // A top-up is kept as long as its root.
  if (state === 't' || !/^\d+$/.test(at)) return NOTHING;
  const isNamed = state === 'o' && owner === 'c';
  return { ends: [{ at, member: id }], names: isNamed ? [`h ${leaf} ${id}`] : [] };
}

function listedAccount(field: string, text: string): Listed {
  const [, carves = ''] = / v=(\S+)/.exec(text) ?? [];
  const ends = [...carves.matchAll(/(\d):\d+:(\d+);/g)].map(([, unit, at = '']) => ({
    at,
    member: `${field} ${unit}`,
  }));
  const names = [field, ...ends.map(({ member }) => `c ${member}`)];
  if (/ s=[rc]/.test(text)) ends.push({ at: BEFORE_ALL, member: `${field} *` });
  return { ends, names };
}
