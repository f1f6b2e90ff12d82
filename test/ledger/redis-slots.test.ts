import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { dueKey, recordKeys, rootsKey } from '../../src/ledger/redis/keys.js';
import { slotOf } from '../../src/ledger/redis/slots.js';
import { fc } from '../support/property.js';
import { freePort, type RedisServer, startRedis } from '../support/redis.js';

let server: RedisServer;
let admin: Redis;

beforeAll(async () => {
  server = await startRedis([
    '--cluster-enabled',
    'yes',
    '--cluster-port',
    String(await freePort()),
  ]);
  admin = new Redis(server.url);
});
afterAll(async () => {
  admin.disconnect();
  await server.dispose();
});

it('is the one of the specification, and one for all keys of a tenant', () => {
  expect(slotOf('123456789')).toBe(0x31c3);
  const keys = [...recordKeys('main', 'a'.repeat(32)), rootsKey('main'), dueKey('main')];
  expect(new Set(keys.map(slotOf))).toEqual(new Set([slotOf('main')]));
});

it('is what the store says, for any key', async () => {
  const text = fc.stringMatching(/^[\x21-\x7e]{0,24}$/);
  const key = fc.oneof(
    text,
    fc.tuple(text, text, text).map(([a, b, c]) => `${a}{${b}}${c}`),
  );
  await fc.assert(
    fc.asyncProperty(fc.oneof(key, fc.string()), async (name) => {
      // A text that is no UTF-8 comes to the store as another one.
      fc.pre(Buffer.from(name).toString() === name);
      expect(slotOf(name)).toBe(Number(await admin.call('CLUSTER', 'KEYSLOT', name)));
    }),
  );
});
