import type { Redis } from 'ioredis';
import { vi } from 'vitest';
import { type RedisServer, startRedis, startSentinel } from './redis.js';
import { adminOf } from './redis-cluster.js';

const NAME = 'spending';

export interface Sentinels {
  /** `redis+sentinel://` with all three of them. */
  readonly url: string;
  readonly primary: RedisServer;
  readonly replica: RedisServer;
  readonly sentinels: readonly RedisServer[];
  /** Waits until all sentinels name one primary, which has its replica. Answers which. */
  settled(): Promise<RedisServer>;
  /**
   * Starts one that fell, as a replica. Nobody may elect it before it has caught up: it has nothing of
   * what was written since, and were the primary to be given up just then, all of that would be gone.
   */
  comesBack(server: RedisServer): Promise<void>;
  dispose(): Promise<void>;
}

export interface SentinelOptions {
  readonly password?: string;
  /** After so long without an answer a server is given up. A busy machine can stop one for a second. */
  readonly downAfterMs: number;
}

/** A primary, its replica, both with their files, and three sentinels. */
export async function startSentinels(options: SentinelOptions): Promise<Sentinels> {
  const { password, downAfterMs } = options;
  const login = password === undefined ? [] : ['--requirepass', password, '--masterauth', password];
  const { primary, replica } = await startPair(['--appendonly', 'yes', ...login]);
  const auth = password === undefined ? [] : [`sentinel auth-pass ${NAME} ${password}`];
  const sentinels = await Promise.all(
    [1, 2, 3].map(() =>
      startSentinel([
        `sentinel monitor ${NAME} 127.0.0.1 ${primary.port} 2`,
        `sentinel down-after-milliseconds ${NAME} ${downAfterMs}`,
        `sentinel failover-timeout ${NAME} 5000`,
        ...auth,
      ]),
    ),
  );
  await Promise.all(sentinels.map(knowsAll));
  const hosts = sentinels.map(({ port }) => `127.0.0.1:${port}`).join(',');
  const credentials = password === undefined ? '' : `:${password}@`;
  const settled = async (priority = 100) => {
    const found = await agreed(sentinels, [primary, replica], priority);
    // Only then is it sent what is written: up to a second after it says itself that it is a replica.
    await hasReplica(found, password);
    return found;
  };
  return {
    url: `redis+sentinel://${credentials}${hosts}/${NAME}`,
    primary,
    replica,
    sentinels,
    settled,
    comesBack: async (server) => {
      await server.start(['--replica-priority', '0']);
      await settled(0);
      const admin = adminOf(server.url.replace('//', `//${credentials}`));
      await admin.config('SET', 'replica-priority', 100);
      admin.disconnect();
      await settled();
    },
    dispose: async () => {
      await Promise.all([...sentinels, primary, replica].map((server) => server.dispose()));
    },
  };
}

/** A primary and a replica that has caught up with it. */
export async function startPair(settings: readonly string[] = []) {
  const soon = ['--repl-diskless-sync-delay', '0', '--repl-ping-replica-period', '1', ...settings];
  const primary = await startRedis(soon);
  const replica = await startRedis(['--replicaof', `127.0.0.1 ${primary.port}`, ...soon]);
  const [, password] = /--requirepass,([^,]+)/.exec(settings.join()) ?? [];
  await hasReplica(primary, password);
  return { primary, replica };
}

/** Waits until a primary has heard from its replica how far that is: from then on it can `WAIT`. */
export async function hasReplica({ url }: RedisServer, password = ''): Promise<void> {
  const admin = adminOf(url.replace('//', `//:${password}@`));
  await vi.waitFor(
    async () => {
      const info = await admin.info('replication');
      if (!/^slave0:.*state=online,offset=[1-9]/m.test(info)) throw new Error(info);
    },
    { timeout: 20_000, interval: 50 },
  );
  admin.disconnect();
}

/** An election needs a replica that the sentinels see at work, too. */
async function agreed(
  sentinels: readonly RedisServer[],
  servers: readonly RedisServer[],
  priority: number,
) {
  const admins = sentinels.map(({ url }) => adminOf(url));
  const found = await vi.waitFor(
    async () => {
      const seen = new Set(await Promise.all(admins.map(seenBy)));
      const primary = servers.find(({ port }) => seen.has(`${port} master slave ok ${priority}`));
      if (seen.size > 1 || primary === undefined) throw new Error([...seen].join('; '));
      return primary;
    },
    { timeout: 90_000, interval: 100 },
  );
  for (const admin of admins) admin.disconnect();
  return found;
}

/** The primary's port and flags, and each replica's with its link and its priority. */
async function seenBy(sentinel: Redis): Promise<string> {
  const said = (of: readonly string[], field: string) => of[of.indexOf(field) + 1];
  const primary = (await sentinel.call('SENTINEL', 'MASTER', NAME)) as string[];
  const replicas = (await sentinel.call('SENTINEL', 'REPLICAS', NAME)) as string[][];
  const fields = ['flags', 'master-link-status', 'slave-priority'];
  const links = replicas.flatMap((of) => fields.map((field) => said(of, field)));
  return [said(primary, 'port'), said(primary, 'flags'), ...links].join(' ');
}

async function knowsAll({ url }: RedisServer): Promise<void> {
  const admin = adminOf(url);
  await vi.waitFor(
    async () => {
      const fields = (await admin.call('SENTINEL', 'MASTER', NAME)) as string[];
      const said = (field: string) => fields[fields.indexOf(field) + 1];
      const others = `${said('num-slaves')} ${said('num-other-sentinels')}`;
      if (others !== '1 2') throw new Error(`replicas and other sentinels: ${others}`);
    },
    { timeout: 20_000, interval: 50 },
  );
  admin.disconnect();
}
