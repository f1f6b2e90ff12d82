import { copyFileSync, readdirSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Genesis, Ledger } from '../../../src/ledger/contract.js';
import { rootKey } from '../../../src/ledger/redis/keys.js';
import { type RedisServer, startRedis } from '../../support/redis.js';
import { genesis, limit, opened, request, rootOf, verdict } from '../fixtures.js';
import {
  startGateway,
  type TestGateway,
  untilNamed,
  untilServed,
  untilStateLost,
} from './gateways.js';

async function redis(...settings: string[]): Promise<RedisServer> {
  const server = await startRedis(settings);
  onTestFinished(() => server.dispose());
  return server;
}

async function admin<T>({ url }: RedisServer, use: (client: Redis) => Promise<T>): Promise<T> {
  const client = new Redis(url);
  try {
    return await use(client);
  } finally {
    client.disconnect();
  }
}

async function spend({ ledger }: TestGateway, root: Genesis, times: number): Promise<void> {
  for (let i = 0; i < times; i++) {
    const asked = request(root);
    expect(verdict(await ledger.reserve(asked))).toBe('held');
    expect(verdict(await ledger.settle({ ...asked, cost: {} }))).toBe('settled');
  }
}

/** Nothing is admitted any more, by whoever saw the loss and by whoever did not. */
async function closedToAll(gateways: readonly TestGateway[], root: Genesis): Promise<void> {
  for (const { ledger } of gateways) {
    await untilNamed(() => ledger.reserve(request(root)));
    await untilStateLost(() => ledger.openRoot(genesis()));
    await untilStateLost(() => ledger.ping());
  }
}

/** Nor is what is left of a root shown to whoever saw more of it: as if that were all, or none of it. */
async function notShown(ledger: Ledger, root: Genesis): Promise<void> {
  const account = rootOf(root);
  await untilNamed(() => ledger.balance(account));
  await untilNamed(() => ledger.tree({ account }));
}

/** Two gateways, one of which knows more than the other, and a root that both have used. */
async function twoGateways(url: string) {
  const knows = await startGateway(url);
  const other = await startGateway(url);
  const root = await opened(knows.ledger, { limits: [limit(1_000)] });
  await spend(other, root, 2);
  await spend(knows, root, 2);
  return { knows, other, root };
}

function newestFile(folder: string, name: RegExp): string {
  const [file] = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => name.test(path))
    .map((path) => join(folder, path))
    .sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs);
  if (file === undefined) throw new Error(`${folder}: found no file like ${name}`);
  return file;
}

/** Every way in which a single Redis can come back with less than it acknowledged. */
export function losesState(times: number): void {
  const repeats = { repeats: times - 1 };
  describe('a store that has lost what it acknowledged is found out before anything is admitted', () => {
    it('wiped', repeats, async () => {
      const server = await redis();
      const { knows, other, root } = await twoGateways(server.url);
      await server.kill();
      await server.start();
      await closedToAll([knows, other, await startGateway(server.url)], root);
    });

    it('wiped while it runs', repeats, async () => {
      const server = await redis();
      const { knows, other, root } = await twoGateways(server.url);
      await admin(server, (client) => client.flushall());
      for (const { ledger } of [knows, other]) {
        await untilStateLost(() => ledger.reserve(request(root)));
        await notShown(ledger, root);
      }
    });

    it('rolled back to an older file', repeats, async () => {
      const server = await redis();
      const { knows, other, root } = await twoGateways(server.url);
      await admin(server, (client) => client.save());
      await spend(knows, root, 1);
      await server.kill();
      await server.start();
      await closedToAll([knows, other, await startGateway(server.url)], root);
      await notShown(knows.ledger, root);
    });

    it('rolled back to an older append-only file', repeats, async () => {
      const server = await redis('--appendonly', 'yes', '--appendfsync', 'always');
      const { knows, other, root } = await twoGateways(server.url);
      const file = newestFile(server.folder, /\.incr\.aof$/);
      copyFileSync(file, join(server.folder, 'older'));
      await spend(other, root, 1);
      await server.kill();
      copyFileSync(join(server.folder, 'older'), file);
      await server.start();
      await closedToAll([knows, other], root);
    });

    it('without the end of its append-only file', repeats, async () => {
      const server = await redis('--appendonly', 'yes', '--appendfsync', 'always');
      const { knows, other, root } = await twoGateways(server.url);
      await spend(knows, root, 20);
      await server.kill();
      const file = newestFile(server.folder, /\.incr\.aof$/);
      truncateSync(file, statSync(file).size - 3_000);
      await server.start();
      await closedToAll([knows, other], root);
    });

    it('without one account: that one is closed, and others go on', repeats, async () => {
      const server = await redis();
      const { knows, other, root } = await twoGateways(server.url);
      const whole = await opened(knows.ledger);
      await admin(server, (client) => client.del(rootKey(root.tenant, root.rootId)));
      for (const { ledger } of [knows, other]) {
        const error = await untilStateLost(() => ledger.reserve(request(root)));
        expect(error.message).toContain(root.rootId);
        expect(error.message).toContain('no such root');
        await notShown(ledger, root);
        expect(verdict(await ledger.reserve(request(whole)))).toBe('held');
      }
      const stranger = await startGateway(server.url);
      await untilNamed(() => stranger.ledger.roots(9));
      expect(verdict(await stranger.ledger.reserve(request(root)))).toBe('root_unknown');
      expect(await stranger.ledger.balance(rootOf(root))).toMatchObject({ reason: 'root_unknown' });
    });
  });

  describe('a store that has lost nothing opens again by itself', () => {
    it('killed and restarted with its append-only file', repeats, async () => {
      const server = await redis('--appendonly', 'yes', '--appendfsync', 'always');
      const { knows, other, root } = await twoGateways(server.url);
      await server.kill();
      await server.start();
      for (const { ledger } of [knows, other]) {
        expect(verdict(await untilServed(() => ledger.reserve(request(root))))).toBe('held');
      }
    });
  });
}
