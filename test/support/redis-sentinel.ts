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
  dispose(): Promise<void>;
}

/** A primary, its replica, and three sentinels that give a primary up after a second. */
export async function startSentinels(password?: string): Promise<Sentinels> {
  const login = password === undefined ? [] : ['--requirepass', password, '--masterauth', password];
  const { primary, replica } = await startPair(login);
  const auth = password === undefined ? [] : [`sentinel auth-pass ${NAME} ${password}`];
  const sentinels = await Promise.all(
    [1, 2, 3].map(() =>
      startSentinel([
        `sentinel monitor ${NAME} 127.0.0.1 ${primary.port} 2`,
        `sentinel down-after-milliseconds ${NAME} 1000`,
        `sentinel failover-timeout ${NAME} 5000`,
        ...auth,
      ]),
    ),
  );
  await Promise.all(sentinels.map(knowsAll));
  const hosts = sentinels.map(({ port }) => `127.0.0.1:${port}`).join(',');
  const credentials = password === undefined ? '' : `:${password}@`;
  return {
    url: `redis+sentinel://${credentials}${hosts}/${NAME}`,
    primary,
    replica,
    sentinels,
    settled: () => agreed(sentinels, [primary, replica]),
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
async function agreed(sentinels: readonly RedisServer[], servers: readonly RedisServer[]) {
  const admins = sentinels.map(({ url }) => adminOf(url));
  const found = await vi.waitFor(
    async () => {
      const seen = new Set(await Promise.all(admins.map(seenBy)));
      const primary = servers.find(({ port }) => seen.has(`${port} master slave ok`));
      if (seen.size > 1 || primary === undefined) throw new Error([...seen].join('; '));
      return primary;
    },
    { timeout: 90_000, interval: 100 },
  );
  for (const admin of admins) admin.disconnect();
  return found;
}

/** The primary's port and flags, and each replica's with its link. */
async function seenBy(sentinel: Redis): Promise<string> {
  const said = (of: readonly string[], field: string) => of[of.indexOf(field) + 1];
  const primary = (await sentinel.call('SENTINEL', 'MASTER', NAME)) as string[];
  const replicas = (await sentinel.call('SENTINEL', 'REPLICAS', NAME)) as string[][];
  const links = replicas.map((of) => `${said(of, 'flags')} ${said(of, 'master-link-status')}`);
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
