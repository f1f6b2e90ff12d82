import { randomBytes } from 'node:crypto';
import { mkdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { expect, vi } from 'vitest';
import { type RedisServer, startRedis } from '../../support/redis.js';

/** A state in which a real Redis refuses what the ledger asks. */
export interface Trouble {
  readonly name: string;
  /** What it answers to a command that writes, in its first word. */
  readonly says: string;
  /** Holds are ended all the same. */
  readonly settlesMeanwhile?: true;
  begin(store: Store): Promise<void>;
  /** Back to what it was, with nothing lost. */
  end(store: Store): Promise<void>;
}

export interface Store {
  readonly server: RedisServer;
  readonly admin: Redis;
  dispose(): Promise<void>;
}

/** Slow to read its file, and answering meanwhile; and its folder can be taken from it. */
const SETTINGS = [
  ...['--key-load-delay', '100000', '--loading-process-events-interval-bytes', '1024'],
  ...['--enable-protected-configs', 'yes'],
];

export async function openStore(): Promise<Store> {
  const server = await startRedis(SETTINGS);
  const admin = new Redis(server.url);
  admin.on('error', () => {});
  return {
    server,
    admin,
    dispose: async () => {
      admin.disconnect();
      await server.dispose();
    },
  };
}

/** Waits until a command that writes is refused with this word. */
async function says({ server }: Store, word: string): Promise<void> {
  // Without the check, which would wait until the store has loaded.
  const client = new Redis(server.url, { enableReadyCheck: false, retryStrategy: () => 20 });
  client.on('error', () => {});
  try {
    await vi.waitFor(
      async () => {
        const answer = await client.set('trouble', '1').catch((error: Error) => error.message);
        expect(answer).toMatch(new RegExp(`^-?${word} `));
      },
      { timeout: 10_000, interval: 10 },
    );
  } finally {
    client.disconnect();
  }
}

const asked = new WeakMap<Store, Promise<unknown>>();

const LIST: readonly Trouble[] = [
  {
    name: 'at its memory limit',
    says: 'OOM',
    settlesMeanwhile: true,
    begin: async ({ admin }) => void (await admin.config('SET', 'maxmemory', '1')),
    end: async ({ admin }) => void (await admin.config('SET', 'maxmemory', '0')),
  },
  {
    name: 'busy with a script that does not end',
    says: 'BUSY',
    begin: async (store) => {
      await store.admin.config('SET', 'busy-reply-threshold', '1');
      const other = store.admin.duplicate();
      const script = other.eval('while true do end', 0).catch(() => other.disconnect());
      asked.set(store, script);
    },
    end: async (store) => {
      await store.admin.script('KILL');
      await asked.get(store);
    },
  },
  {
    name: 'made a replica of nobody',
    says: 'READONLY',
    // Port 1 on loopback, where nothing listens: it keeps what it has.
    begin: async ({ admin }) => void (await admin.replicaof('127.0.0.1', 1)),
    end: async ({ admin }) => void (await admin.replicaof('NO', 'ONE')),
  },
  {
    name: 'without the replicas that it must have',
    says: 'NOREPLICAS',
    begin: async ({ admin }) => void (await admin.config('SET', 'min-replicas-to-write', '1')),
    end: async ({ admin }) => void (await admin.config('SET', 'min-replicas-to-write', '0')),
  },
  {
    name: 'unable to write its file',
    says: 'MISCONF',
    begin: async ({ admin, server }) => {
      const gone = join(server.folder, 'gone');
      mkdirSync(gone);
      await admin.config('SET', 'dir', gone);
      rmdirSync(gone);
      await admin.config('SET', 'save', '3600 1000000');
      await admin.bgsave();
      await vi.waitFor(async () =>
        expect(await admin.info('persistence')).toContain('rdb_last_bgsave_status:err'),
      );
    },
    end: async ({ admin, server }) => {
      await admin.config('SET', 'save', '');
      await admin.config('SET', 'dir', server.folder);
    },
  },
  {
    name: 'still loading its file',
    says: 'LOADING',
    begin: async (store) => {
      const { server, admin } = store;
      // Two seconds' worth of other keys, of which a file of nothing but ours has too few.
      for (let i = 0; i < 20; i++) await admin.set(`other-${i}`, randomBytes(2_000));
      await admin.save();
      await server.kill();
      asked.set(store, server.start());
    },
    end: async (store) => void (await asked.get(store)),
  },
];

/** Each has begun once the store says so. */
export const TROUBLES: readonly Trouble[] = LIST.map((trouble) => ({
  ...trouble,
  begin: async (store) => {
    await trouble.begin(store);
    await says(store, trouble.says);
  },
}));
