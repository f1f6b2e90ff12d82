import { inspect } from 'node:util';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  LEDGER_DEFAULTS,
  type Ledger,
  type LedgerOptions,
  LedgerUnavailable,
} from '../../src/ledger/contract.js';
import { openRedisLedger } from '../../src/ledger/redis/engine.js';
import { rootKey } from '../../src/ledger/redis/keys.js';
import { type RedisServer, startRedis } from '../support/redis.js';
import { startProxy, type TcpProxy } from '../support/tcp-proxy.js';
import { CREDIT, counters, genesis, limit, opened, request, rootOf, verdict } from './fixtures.js';

const TIMEOUT_MS = 400;
const ledgers: Ledger[] = [];

async function open(url: string, options: Partial<LedgerOptions> = {}): Promise<Ledger> {
  const settings = { ...LEDGER_DEFAULTS, timeoutMs: TIMEOUT_MS, clock: Date.now, ...options };
  const ledger = await openRedisLedger(url, settings);
  ledgers.push(ledger);
  return ledger;
}

async function failure(call: Promise<unknown>): Promise<LedgerUnavailable> {
  const error = await call.then(
    (answer) => new Error(`expected no decision, found ${JSON.stringify(answer)}`),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof LedgerUnavailable)) throw error;
  return error;
}

/** The promise of DESIGN §3, rule 11: service resumes within 2 s of the store's return. */
const resumes = (ledger: Ledger) =>
  vi.waitFor(() => ledger.ping(), { timeout: 2_000, interval: 20 });

let server: RedisServer;
let proxy: TcpProxy;
let admin: Redis;

beforeAll(async () => {
  server = await startRedis();
  proxy = await startProxy(server.port);
});
beforeEach(() => {
  admin = new Redis(server.url);
  admin.on('error', () => {});
});
afterEach(async () => {
  server.thaw();
  proxy.pass();
  await Promise.all(ledgers.splice(0).map((ledger) => ledger.close()));
  admin.disconnect();
});
afterAll(async () => {
  await proxy.close();
  await server.dispose();
});

const viaProxy = () => open(`redis://127.0.0.1:${proxy.port}`);

describe('a store that is not there', () => {
  it('at the start: named at once, and service begins when it is', async () => {
    await server.stop();
    const ledger = await open(server.url);
    const began = Date.now();
    expect(await failure(ledger.reserve(request(genesis())))).toMatchObject({
      reason: 'disconnected',
      message: expect.stringContaining('ECONNREFUSED'),
    });
    expect(Date.now() - began).toBeLessThan(TIMEOUT_MS);
    await server.start();
    await resumes(ledger);
    await opened(ledger);
  });

  it('killed with calls under way: no decision, and service goes on when it is back', async () => {
    const ledger = await open(server.url);
    const root = await opened(ledger);
    server.freeze();
    const calls = [1, 2, 3].map(() => failure(ledger.reserve(request(root))));
    await server.kill();
    for (const error of await Promise.all(calls)) expect(error.reason).toBe('disconnected');
    expect((await failure(ledger.ping())).reason).toBe('disconnected');
    await server.start();
    await resumes(ledger);
    expect((await failure(ledger.reserve(request(root)))).reason).toBe('state_lost');
  });

  it('back empty: no root has a fresh budget, for whoever saw it and for whoever did not', async () => {
    const ledger = await open(server.url);
    const root = await opened(ledger);
    const asked = request(root);
    await ledger.reserve(asked);
    const { reservation } = asked;
    await server.stop();
    await server.start();
    await resumes(ledger);
    for (const call of [
      ledger.reserve(request(root)),
      ledger.settle({ reservation, cost: {} }),
      ledger.release({ reservation }),
      ledger.openRoot(root),
    ]) {
      expect((await failure(call)).reason).toBe('state_lost');
    }
    const other = await open(server.url);
    expect(verdict(await other.reserve(request(root)))).toBe('root_unknown');
    expect(verdict(await other.settle({ reservation, cost: {} }))).toBe('root_unknown');
    expect(verdict(await other.release({ reservation }))).toBe('root_unknown');
    expect(await other.balance(rootOf(root))).toMatchObject({ reason: 'root_unknown' });
  });

  it('back from its file: everything that was acknowledged is there', async () => {
    const durable = await startRedis(['--appendonly', 'yes', '--appendfsync', 'always']);
    try {
      const ledger = await open(durable.url);
      const root = await opened(ledger);
      const asked = request(root);
      await ledger.reserve(asked);
      await durable.kill();
      await durable.start();
      await resumes(ledger);
      expect(await ledger.reserve(asked)).toMatchObject({ replayed: true });
      expect(await counters(ledger, rootOf(root))).toEqual({ spent: 0, held: CREDIT });
    } finally {
      await durable.dispose();
    }
  });

  it('the list of tenants gone, as a failover of its own node can leave it: put back', async () => {
    const ledger = await open(server.url);
    const { tenant } = await opened(ledger, { tenant: 'forgotten' });
    await opened(await open(server.url), { tenant: 'unseen' });
    await admin.del('bursar:tenants');
    expect(await ledger.tenants()).toEqual([tenant, 'unseen']);
    const listed = await admin.smembers('bursar:tenants');
    expect(listed.sort()).toEqual(['*', tenant, 'unseen']);
  });

  it('one record gone: that root is lost, the list says which, others go on', async () => {
    await admin.flushall();
    const ledger = await open(server.url);
    const lost = await opened(ledger);
    const whole = await opened(ledger);
    await ledger.reserve(request(lost, { ttlMs: 1_000 }));
    await admin.del(rootKey(lost.tenant, lost.rootId));
    expect((await failure(ledger.reserve(request(lost)))).reason).toBe('state_lost');
    expect((await failure(ledger.roots(10))).message).toContain(rootOf(lost));
    expect(verdict(await ledger.reserve(request(whole)))).toBe('held');
  });
});

describe('a store that does not answer', () => {
  it('stopped: the deadline, and service goes on when it runs again', async () => {
    const ledger = await open(server.url);
    const root = await opened(ledger);
    const asked = request(root);
    server.freeze();
    const began = Date.now();
    expect((await failure(ledger.reserve(asked))).reason).toBe('deadline');
    expect(Date.now() - began).toBeGreaterThanOrEqual(TIMEOUT_MS - 5);
    expect(Date.now() - began).toBeLessThan(3 * TIMEOUT_MS);
    server.thaw();
    await resumes(ledger);
    // What was abandoned may have run since: by its id it is one hold, either way.
    expect(verdict(await ledger.reserve(asked))).toBe('held');
    expect((await counters(ledger, rootOf(root))).held).toBe(CREDIT);
  });

  it('stopped for so long that its connections are given up: the same', async () => {
    const ledger = await open(server.url);
    await opened(ledger);
    server.freeze();
    const reasons = new Set<string>();
    const until = Date.now() + 3_000;
    while (Date.now() < until) {
      reasons.add((await failure(ledger.ping())).reason);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(reasons).toEqual(new Set(['deadline']));
    server.thaw();
    await resumes(ledger);
  });

  it('behind a network that swallows everything: the same', async () => {
    const ledger = await viaProxy();
    const root = await opened(ledger);
    proxy.blackhole();
    expect((await failure(ledger.reserve(request(root)))).reason).toBe('deadline');
    proxy.pass();
    await resumes(ledger);
    expect(verdict(await ledger.reserve(request(root)))).toBe('held');
  });

  it('busy for less than the deadline: it is waited for', async () => {
    const ledger = await open(server.url);
    const root = await opened(ledger);
    await admin.client('PAUSE', TIMEOUT_MS / 2, 'ALL');
    expect(verdict(await ledger.reserve(request(root)))).toBe('held');
  });

  it('a call that comes while the connection is made again waits for it', async () => {
    const ledger = await viaProxy();
    const root = await opened(ledger);
    for (let i = 0; i < 5; i++) {
      proxy.cut();
      await vi.waitFor(() => ledger.reserve(request(root)).then(verdict), { interval: 1 });
    }
    expect((await failure(cutWhileAsked(ledger))).reason).toBe('disconnected');
    expect(verdict(await ledger.reserve(request(root)))).toBe('held');
  });

  function cutWhileAsked(ledger: Ledger): Promise<unknown> {
    proxy.dropReplies();
    const asked = ledger.ping();
    proxy.cut();
    proxy.pass();
    return asked;
  }
});

describe('a reply that is lost', () => {
  it('takes effect once: reserve, settle and release tried again are replays', async () => {
    const ledger = await viaProxy();
    const root = await opened(ledger, { limits: [limit(10)] });
    const twice = async <T>(call: () => Promise<T>) => {
      proxy.dropReplies();
      expect((await failure(call())).reason).toBe('deadline');
      proxy.pass();
      return vi.waitFor(call, { timeout: 2_000, interval: 20 });
    };
    const asked = request(root);
    const other = request(root);
    const { reservation } = asked;
    expect(await twice(() => ledger.reserve(asked))).toMatchObject({ replayed: true });
    expect(await twice(() => ledger.reserve(other))).toMatchObject({ replayed: true });
    expect(await counters(ledger, rootOf(root))).toEqual({ spent: 0, held: 2 * CREDIT });
    const settle = () => ledger.settle({ reservation, cost: { credits: 3 * CREDIT } });
    expect(await twice(settle)).toMatchObject({ status: 'settled', replayed: true });
    expect(await twice(() => ledger.release(other))).toMatchObject({ replayed: true });
    expect(await counters(ledger, rootOf(root))).toEqual({ spent: 3 * CREDIT, held: 0 });
    const fresh = genesis();
    expect(await twice(() => ledger.openRoot(fresh))).toMatchObject({ status: 'opened' });
    expect(await ledger.openRoot(fresh)).toEqual({ status: 'opened', replayed: true });
  });

  it('nothing is sent again by itself, however often connections break', async () => {
    const ledger = await viaProxy();
    const root = await opened(ledger);
    let held = 0;
    for (let i = 0; i < 20; i++) {
      const calls = Array.from({ length: 10 }, () => ledger.reserve(request(root)));
      if (i % 2 === 0) proxy.cut();
      for (const call of await Promise.allSettled(calls)) {
        if (call.status === 'fulfilled' && call.value.status === 'held') held += 1;
      }
    }
    // A call that failed may have run, once; one that was answered did.
    const counted = (await counters(ledger, rootOf(root))).held / CREDIT;
    expect(counted).toBeGreaterThanOrEqual(held);
    expect(counted).toBeLessThanOrEqual(200);
    expect(held).toBeGreaterThanOrEqual(100);
  });
});

describe('a store that is in trouble', () => {
  it('flushed of its functions in a loop: they are loaded again, same ids, same sums', async () => {
    const ledger = await open(server.url, { timeoutMs: 10_000 });
    const root = await opened(ledger, { limits: [limit(150)] });
    let flushing = true;
    const flushes = (async () => {
      while (flushing) await admin.function('FLUSH');
    })();
    const outcomes = await Promise.all(
      Array.from({ length: 300 }, async () => {
        const asked = request(root);
        const outcome = await ledger.reserve(asked);
        if (outcome.status === 'held') {
          await ledger.settle({ reservation: asked.reservation, cost: {} });
        }
        return outcome;
      }),
    );
    flushing = false;
    await flushes;
    expect(outcomes.filter(({ status }) => status === 'held')).toHaveLength(150);
    expect(await counters(ledger, rootOf(root))).toEqual({ spent: 150 * CREDIT, held: 0 });
  });

  it('out of memory: nothing more is held; what is held settles, releases and is swept', async () => {
    const ledger = await open(server.url);
    const root = await opened(ledger);
    const [settled, released, together] = [request(root), request(root), request(root)];
    await ledger.reserve(settled);
    await ledger.reserve(released);
    await ledger.reserve(together);
    await admin.config('SET', 'maxmemory', '1');
    try {
      const before = await ledger.balance(rootOf(root));
      for (const call of [
        ledger.reserve(request(root)),
        ledger.openRoot(genesis()),
        ledger.ping(),
      ]) {
        expect(await failure(call)).toMatchObject({
          reason: 'store_error',
          message: expect.stringContaining('OOM'),
        });
      }
      expect(await ledger.balance(rootOf(root))).toEqual(before);
      expect(verdict(await ledger.settle({ ...settled, cost: {} }))).toBe('settled');
      expect(verdict(await ledger.release(released))).toBe('released');
      // In one turn with what may not be held, too.
      const refused = failure(ledger.reserve(request(root)));
      expect(verdict(await ledger.settle({ ...together, cost: {} }))).toBe('settled');
      expect(await refused).toMatchObject({ message: expect.stringContaining('OOM') });
      await ledger.sweep('main', 10);
      expect(await counters(ledger, rootOf(root))).toEqual({ spent: 2 * CREDIT, held: 0 });
    } finally {
      await admin.config('SET', 'maxmemory', '0');
    }
    expect(verdict(await ledger.reserve(request(root)))).toBe('held');
  });

  it('able to evict: refused by name, from the start, until it is not', async () => {
    await admin.config('SET', 'maxmemory-policy', 'allkeys-lru');
    const ledger = await open(server.url);
    try {
      for (let i = 0; i < 3; i++) {
        expect(await failure(ledger.ping())).toMatchObject({
          reason: 'store_error',
          message: expect.stringMatching(/maxmemory-policy: found allkeys-lru.*noeviction/),
        });
      }
    } finally {
      await admin.config('SET', 'maxmemory-policy', 'noeviction');
    }
    await resumes(ledger);
  });

  it('with a record that no function wrote: refused, and left as it is', async () => {
    for (const [field, text] of [
      ['m', 'nonsense'],
      ['g', 'k1'],
      ['a:', '1 2 3'],
      ['a:', '-1 0 0 0 0 0 0 0 '],
      ['a:', '0 0 0 0 0 0 0 0 '],
      ['a:', `${'0 '.repeat(8)}credits=x;`],
    ] as const) {
      const ledger = await open(server.url);
      const root = await opened(ledger);
      const asked = request(root);
      await ledger.reserve(asked);
      const key = rootKey(root.tenant, root.rootId);
      await admin.hset(key, field, text);
      const before = await admin.hgetall(key);
      const calls = [
        () => ledger.settle({ ...asked, cost: {} }),
        () => ledger.reserve(request(root)),
        () => ledger.balance(rootOf(root)),
      ];
      const refusals = await Promise.allSettled(calls.map((call) => call()));
      const errors = refusals.flatMap((r) => (r.status === 'rejected' ? [r.reason] : []));
      expect(errors.length, `${field} ${text}`).toBeGreaterThan(0);
      for (const error of errors) expect(error).toMatchObject({ reason: 'store_error' });
      if (field === 'm') expect(await admin.hgetall(key)).toEqual(before);
    }
  });
});

describe('secrets', () => {
  const SECRET = 'canary-7f3a';

  it('a wrong password is named, never shown; the right one is let in', async () => {
    const locked = await startRedis(['--requirepass', `${SECRET}@/:`]);
    const at = (password: string) =>
      `redis://:${encodeURIComponent(password)}@127.0.0.1:${locked.port}`;
    try {
      const out = await open(at(`${SECRET}-wrong`));
      const error = await failure(out.ping());
      expect(error).toMatchObject({
        reason: 'store_error',
        message: expect.stringContaining('WRONGPASS'),
      });
      expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(SECRET);
      expect(await failure((await open(`redis://127.0.0.1:${locked.port}`)).ping())).toMatchObject({
        message: expect.stringContaining('NOAUTH'),
      });
      const ledger = await open(at(`${SECRET}@/:`));
      await opened(ledger);
    } finally {
      await locked.dispose();
    }
  });

  it('a database that is not there is refused, not replaced by another', async () => {
    const ledger = await open(`${server.url}/9999`);
    expect((await failure(ledger.ping())).reason).toBe('store_error');
  });

  it.each([
    `http://:${SECRET}@host`,
    `redis+cluster://:${SECRET}@a:7000/0`,
    `redis+cluster://:${SECRET}@a:7000,`,
    `redis+cluster://:${SECRET}@a:7000,b:99999`,
    `redis+sentinel://:${SECRET}@a:7000`,
    `redis+sentinel://:${SECRET}@a/name?sentinel=`,
    `redis+sentinel://:${SECRET}@a/name/0?sentinel=x&y=1`,
    `redis+sentinel://:%${SECRET}@a/name`,
    `redis://:${SECRET}@host/x`,
    `redis://:${SECRET}@host/0?enableOfflineQueue=true`,
    `redis://:${SECRET}@host:99999`,
    `:${SECRET}`,
    '',
  ])('a URL that is none is refused without being shown: %s', async (url) => {
    const error = await openRedisLedger(url, { ...LEDGER_DEFAULTS, clock: Date.now }).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({
      name: 'LedgerInputError',
      message: expect.stringMatching(/expected redis(?:\+cluster|\+sentinel)?:\/\//),
    });
    expect(inspect(error)).not.toContain(SECRET);
  });
});
