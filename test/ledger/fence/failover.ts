import { Redis } from 'ioredis';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { type RedisServer, startRedis } from '../../support/redis.js';
import { startProxy } from '../../support/tcp-proxy.js';
import { limit, opened, request, reservationId, verdict } from '../fixtures.js';
import { failure, startGateway, untilNamed, untilServed, untilStateLost } from './gateways.js';

const LINK = ['--repl-diskless-sync-delay', '0'];

async function client({ url }: RedisServer): Promise<Redis> {
  const redis = new Redis(url);
  redis.on('error', () => {});
  onTestFinished(() => redis.disconnect());
  return redis;
}

/**
 * A primary, a replica behind a network that can swallow everything, and one address that leads to
 * whichever is the primary.
 */
export async function pair() {
  const primary = await startRedis(LINK);
  onTestFinished(() => primary.dispose());
  const replica = await startRedis(LINK);
  onTestFinished(() => replica.dispose());
  const link = await startProxy(primary.port);
  onTestFinished(() => link.close());
  const front = await startProxy(primary.port);
  onTestFinished(() => front.close());
  const [of, to] = [await client(primary), await client(replica)];
  await to.replicaof('127.0.0.1', link.port);
  const offset = (field: string, info: string) =>
    new RegExp(`^${field}:(\\d+)`, 'm').exec(info)?.[1] ?? field;
  const inSync = () =>
    vi.waitFor(
      async () => {
        const theirs = await of.info('replication');
        const ours = await to.info('replication');
        expect(ours).toContain('master_link_status:up');
        expect(offset('slave_repl_offset', ours)).toBe(offset('master_repl_offset', theirs));
      },
      { timeout: 10_000, interval: 10 },
    );
  await inSync();
  const promote = async () => {
    await primary.kill();
    await to.replicaof('NO', 'ONE');
    front.lead(replica.port);
  };
  return { url: `redis://127.0.0.1:${front.port}`, link, inSync, promote };
}

/** Failovers, to a replica that has everything and to one that has not. */
export function failsOver(times: number): void {
  const repeats = { repeats: times - 1 };
  describe('a failover', () => {
    it(
      'that loses nothing: service comes back unaided, and no gateway is forgotten',
      repeats,
      async () => {
        const { url, inSync, promote } = await pair();
        const [a, b] = [await startGateway(url), await startGateway(url)];
        const root = await opened(a.ledger, { limits: [limit(4)] });
        for (const { ledger } of [a, b]) await ledger.reserve(request(root));
        await inSync();
        await promote();
        for (const { ledger } of [a, b]) {
          expect(verdict(await untilServed(() => ledger.reserve(request(root))))).toBe('held');
        }
        expect(verdict(await a.ledger.reserve(request(root)))).toBe('budget_exhausted');
      },
    );

    it(
      'that loses writes which one of two saw: closed until it has been asked, then named',
      repeats,
      async () => {
        const { url, link, inSync, promote } = await pair();
        const [knows, other] = [await startGateway(url), await startGateway(url)];
        const root = await opened(knows.ledger, { limits: [limit(10)] });
        await other.ledger.reserve(request(root));
        await inSync();
        link.blackhole();
        // Acknowledged by the primary alone.
        for (let i = 0; i < 5; i++) await knows.ledger.reserve(request(root));
        await knows.close();
        await promote();
        // The other's marks fit, and yet it may not go on: a fork would hide behind them.
        const waits = await untilStateLost(() => other.ledger.reserve(request(root)));
        expect(waits.message).toContain(knows.name);
        expect(
          (await failure(other.ledger.release({ reservation: reservationId(root) }))).reason,
        ).toBe('state_lost');
        const back = await startGateway(url, knows.stateDir);
        expect(back.name).toBe(knows.name);
        for (const { ledger } of [back, other]) {
          const error = await untilNamed(() => ledger.reserve(request(root)));
          expect(error.message).toMatch(/found \d+:\w+, expected \d+:\w+ or later/);
        }
      },
    );
  });
}
