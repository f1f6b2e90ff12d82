import { expect, it, onTestFinished, vi } from 'vitest';
import { readMarks } from '../../gateway/marks/read-marks.js';
import { bursar, runInside } from '../cli/harness.js';
import { startRedis } from '../support/redis.js';
import { chatRequest, child, fleet } from './fleet.js';

it('a store that came back empty is named, and recovered by the command: nothing is spent twice', async () => {
  const redis = await startRedis();
  onTestFinished(() => redis.dispose());
  const gateways = fleet(redis.url);
  const macaroon = await gateways.mint('3');
  const { url } = await gateways.start();
  const call = async () =>
    (await fetch(`${url}/v1/chat/completions`, chatRequest(macaroon))).status;
  const until = (status: number) =>
    vi.waitFor(async () => expect(await call()).toBe(status), { timeout: 10_000, interval: 50 });
  expect([await call(), await call()]).toEqual([200, 200]);
  const leaked = child(macaroon, 'leaked', 1);
  const callWithLeaked = async () =>
    (await fetch(`${url}/v1/chat/completions`, chatRequest(leaked))).status;
  const env = { BURSAR_CONFIG: `${gateways.folder}/bursar.yaml` };
  const command = (...args: string[]) => runInside(args, { env, clock: Date.now });

  const revoked = await runInside(['revoke', '--macaroon'], {
    env: {
      BURSAR_CONFIG: env.BURSAR_CONFIG,
      BURSAR_GATEWAY: url,
      BURSAR_OPERATOR_KEY: gateways.operatorKey,
      BURSAR_MACAROON: leaked,
    },
    fetch,
  });
  expect(revoked).toMatchObject({ status: 0, err: '' });
  expect(await callWithLeaked()).toBe(403);

  const listed = await command('gateways', 'list', '--json');
  expect(JSON.parse(listed.out)).toMatchObject([
    { tenant: 'main', epoch: 1, state: 'open', gateways: [{ hasPresented: true }] },
  ]);
  expect((await command('recover')).err).toContain('no tenant has lost state');
  // What was acknowledged is noted in files within a moment.
  await vi.waitFor(
    () => {
      const [noted] = readMarks(`${gateways.folder}/state`).get('main') ?? [];
      expect(noted?.operations.filter(({ kind }) => kind === 'settled')).toHaveLength(2);
      expect(noted?.operations.map(({ kind }) => kind)).toContain('macaroon_revoked');
    },
    { timeout: 10_000 },
  );

  await redis.kill();
  await redis.start();
  await until(503);
  await vi.waitFor(
    async () => {
      const ready = await fetch(`${url}/readyz`);
      expect(await ready.json()).toMatchObject({ ready: false, why: 'ledger_state_lost' });
    },
    { timeout: 10_000 },
  );

  const dry = await command('recover');
  expect(dry).toMatchObject({ status: 0, err: expect.stringContaining('nothing was changed') });
  expect(dry.out).toMatch(/^main\/[0-9a-f]{32} {2}opened again$/m);
  expect(dry.out).toMatch(/spent 0 -> 2 credits/);
  expect(dry.out).toMatch(/^main\/[0-9a-f]{32} {2}macaroon [0-9a-f]{32} revoked$/m);
  expect(await call()).toBe(503);

  const done = await bursar(['recover', '--yes'], { env });
  expect(done).toMatchObject({ status: 0, out: dry.out });
  expect(done.err).toContain('tenant main: roots recovered: 1; open in epoch 2');
  await until(200);
  expect(await callWithLeaked()).toBe(403);
  expect(await call()).toBe(402);
}, 60_000);
