import { Redis } from 'ioredis';
import { vi } from 'vitest';
import { freePort, type RedisServer, startRedis } from './redis.js';

const SLOTS = 16_384;
const NODE_TIMEOUT_MS = 5_000;

/** One primary with its replica, as they were when the cluster was made. */
interface Shard {
  readonly primary: RedisServer;
  readonly replica: RedisServer;
  /** The slots of it: from the first to the last. */
  readonly slots: readonly [number, number];
}

export interface RedisCluster {
  /** `redis+cluster://` with the primaries of the beginning. */
  readonly url: string;
  readonly shards: readonly Shard[];
  /** Which port has a slot now, by the first primary of a shard, which is asked. */
  portOfSlot(slot: number, asked: Shard | undefined): Promise<number>;
  /** As `redis-cli --cluster reshard` moves one. Whoever is not asked may hear of it later. */
  moveSlot(slot: number, from: Shard, to: Shard): Promise<void>;
  /** Waits until every server is up, sees all others, and each primary has its replica. */
  settled(): Promise<void>;
  dispose(): Promise<void>;
}

/** Three primaries, a replica each, on loopback, with a node timeout of 5 s. */
export async function startCluster(settings: readonly string[] = []): Promise<RedisCluster> {
  const started = await Promise.allSettled(
    Array.from({ length: 6 }, async () =>
      startRedis([
        ...['--cluster-enabled', 'yes', '--cluster-port', String(await freePort())],
        ...['--cluster-node-timeout', String(NODE_TIMEOUT_MS)],
        // A new replica is sent its data at once, and is seen by others once it was sent anything.
        ...['--repl-diskless-sync-delay', '0', '--repl-ping-replica-period', '1', ...settings],
      ]),
    ),
  );
  const servers = started.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const failed = started.find((one) => one.status === 'rejected');
  if (failed !== undefined) {
    await Promise.all(servers.map((server) => server.dispose()));
    throw failed.reason;
  }
  const admins = servers.map(({ url }) => adminOf(url));
  try {
    await join(servers, admins);
  } finally {
    for (const admin of admins) admin.disconnect();
  }
  const shards = [0, 1, 2].map((i) => {
    const [primary, replica] = [servers[i], servers[i + 3]];
    if (primary === undefined || replica === undefined) throw new Error('six servers');
    return { primary, replica, slots: slotsOf(i) };
  });
  return {
    url: `redis+cluster://${shards.map(({ primary }) => `127.0.0.1:${primary.port}`).join(',')}`,
    shards,
    portOfSlot,
    moveSlot,
    settled: async () => {
      const admins = servers.map(({ url }) => adminOf(url));
      try {
        await whole(admins);
      } finally {
        for (const admin of admins) admin.disconnect();
      }
    },
    dispose: async () => {
      await Promise.all(servers.map((server) => server.dispose()));
    },
  };
}

/** What is wrong with a server that is down is for the test to say. */
export function adminOf(url: string): Redis {
  const admin = new Redis(url, { maxRetriesPerRequest: 0 });
  admin.on('error', () => {});
  return admin;
}

function slotsOf(shard: number): readonly [number, number] {
  return [Math.ceil((shard * SLOTS) / 3), Math.ceil(((shard + 1) * SLOTS) / 3) - 1];
}

/** As `redis-cli --cluster create` does, in a third of the time. */
async function join(servers: readonly RedisServer[], admins: readonly Redis[]): Promise<void> {
  await Promise.all(
    admins.map(async (admin, i) => {
      await admin.call('CLUSTER', 'SET-CONFIG-EPOCH', i + 1);
      if (i < 3) await admin.call('CLUSTER', 'ADDSLOTSRANGE', ...slotsOf(i));
    }),
  );
  // Each pair at once: what they would hear from each other in time takes seconds.
  for (const [i, admin] of admins.entries()) {
    for (const { port } of servers.slice(i + 1)) await meet(admin, port);
  }
  const ids = await Promise.all(admins.map((admin) => admin.call('CLUSTER', 'MYID')));
  await Promise.all(
    admins.map((admin, i) =>
      i < 3 ? undefined : until(() => admin.call('CLUSTER', 'REPLICATE', String(ids[i - 3]))),
    ),
  );
  await whole(admins);
}

/** Everybody sees three primaries with a replica each, which has caught up. */
async function whole(admins: readonly Redis[]): Promise<void> {
  await Promise.all(
    admins.map((admin) =>
      until(async () => {
        const said = `${await admin.call('CLUSTER', 'INFO')}${await admin.info('replication')}`;
        const slots = (await admin.call('CLUSTER', 'SLOTS')) as unknown[][];
        const isWhole = slots.length === 3 && slots.every((range) => range.length === 4);
        const link = said.includes('role:master') ? 'connected_slaves:1' : 'master_link_status:up';
        const wanted = ['cluster_state:ok', 'cluster_known_nodes:6', link];
        if (!isWhole || !wanted.every((line) => said.includes(line))) throw new Error(said);
      }),
    ),
  );
}

/** The port of the cluster's bus is not derived from the other, as that could be taken. */
async function meet(admin: Redis, port: number): Promise<void> {
  const other = adminOf(`redis://127.0.0.1:${port}`);
  const [, bus] = (await other.config('GET', 'cluster-port')) as [string, string];
  other.disconnect();
  await admin.call('CLUSTER', 'MEET', '127.0.0.1', port, bus);
}

async function moveSlot(slot: number, from: Shard, to: Shard): Promise<void> {
  const [source, target] = [adminOf(from.primary.url), adminOf(to.primary.url)];
  const [sourceId, targetId] = [
    String(await source.call('CLUSTER', 'MYID')),
    String(await target.call('CLUSTER', 'MYID')),
  ];
  await target.call('CLUSTER', 'SETSLOT', slot, 'IMPORTING', sourceId);
  await source.call('CLUSTER', 'SETSLOT', slot, 'MIGRATING', targetId);
  const keys = (await source.call('CLUSTER', 'GETKEYSINSLOT', slot, 1_000)) as string[];
  const { port } = to.primary;
  await source.call('MIGRATE', '127.0.0.1', port, '', 0, 5_000, 'KEYS', ...keys);
  for (const admin of [target, source]) {
    await admin.call('CLUSTER', 'SETSLOT', slot, 'NODE', targetId);
    admin.disconnect();
  }
}

async function portOfSlot(slot: number, asked: Shard | undefined): Promise<number> {
  const admin = adminOf(asked?.primary.url ?? '');
  const ranges = (await admin.call('CLUSTER', 'SLOTS')) as [number, number, [string, number]][];
  admin.disconnect();
  const range = ranges.find(([from, to]) => from <= slot && slot <= to);
  if (range === undefined) throw new Error(`slot ${slot} is nobody's`);
  return range[2][1];
}

function until<T>(check: () => Promise<T>): Promise<T> {
  return vi.waitFor(check, { timeout: 20_000, interval: 50 });
}
