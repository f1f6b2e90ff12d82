import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bursar, type Serving } from '../cli/harness.js';
import { type RedisServer, startRedis } from '../support/redis.js';
import { chatRequest, child, type Fleet, fleet } from './fleet.js';

/** The operator's commands on the ledger itself, or at one gateway, as two gateways see them. */
let redis: RedisServer;
beforeAll(async () => {
  redis = await startRedis(['--appendonly', 'yes']);
});
afterAll(() => redis.dispose());

describe.each([
  ['SQLite', () => 'sqlite:ledger.db'],
  ['Redis', () => `${redis.url}/0`],
])('two gateways on one ledger in %s', (_engine, ledger) => {
  let own: Fleet;
  let gateways: Serving[] = [];
  let macaroon = '';
  beforeAll(async () => {
    own = fleet(ledger());
    gateways = await Promise.all([own.start(), own.start()]);
    macaroon = child(await own.mint('100'), 'scraper-1', 10);
  });
  afterAll(() => Promise.all(gateways.map((gateway) => gateway.stop())));

  const run = (args: readonly string[], through?: Serving) =>
    bursar(args, {
      env: {
        BURSAR_CONFIG: `${own.folder}/bursar.yaml`,
        ...(through === undefined ? {} : { BURSAR_GATEWAY: through.url }),
      },
    });
  const call = async ({ url }: Serving) => {
    const response = await fetch(`${url}/v1/chat/completions`, chatRequest(macaroon));
    await response.text();
    return response.status;
  };
  const callEach = () => Promise.all(gateways.map(call));

  it('a pause holds at both from the next call on, and a resume at one ends it at both', async () => {
    expect(await callEach()).toEqual([200, 200]);
    const paused = await run(['pause', 'root/scraper-1']);
    expect(paused).toMatchObject({ status: 0, err: '' });
    expect(paused.out).toMatch(/^main\/[0-9a-f]{32}\/scraper-1 is paused; it was open\n$/);
    expect(await callEach()).toEqual([403, 403]);
    expect((await run(['tree', 'root'])).out).toMatch(/└─ scraper-1 .* paused$/m);
    expect((await run(['resume', 'root'])).out).toContain('as it was already');
    expect(await callEach()).toEqual([403, 403]);
    const resumed = await run(['resume', 'root/scraper-1'], gateways[0]);
    expect(resumed.out).toContain('scraper-1 is open; it was paused');
    expect(await callEach()).toEqual([200, 200]);
  });

  it('no call that began after the pause was acknowledged is let through', async () => {
    const flood = gateways.flatMap((gateway) => Array.from({ length: 8 }, () => call(gateway)));
    await run(['pause', 'root/scraper-1'], gateways[1]);
    const after = await Promise.all(
      gateways.flatMap((gateway) => Array.from({ length: 8 }, () => call(gateway))),
    );
    expect(new Set(after)).toEqual(new Set([403]));
    // Of 10 credits 4 were spent above.
    const paid = (await Promise.all(flood)).filter((status) => status === 200).length;
    expect(paid).toBeLessThanOrEqual(6);
    const tree = JSON.parse((await run(['tree', 'root', '--json'])).out) as {
      path: { spent: { credits: number }; held: { credits: number } }[];
    };
    expect(tree.path).toMatchObject([{ spent: { credits: 4 + paid }, held: { credits: 0 } }]);
    await run(['resume', 'root/scraper-1'], gateways[0]);
  });

  it('a top-up raises the limit at both, and by the same id once', async () => {
    while ((await call(gateways[0] as Serving)) === 200);
    expect(await callEach()).toEqual([402, 402]);
    const id = ['--id', 'c'.repeat(32)];
    const first = await run(['topup', 'root/scraper-1', '2credits', ...id]);
    expect(first.out).toContain('scraper-1 topped up by 2 credits; by 2 credits in all');
    const again = await run(['topup', 'root/scraper-1', '2credits', ...id], gateways[1]);
    expect(again.out).toContain('was topped up by this id already; by 2 credits in all');
    expect(await callEach()).toEqual([200, 200]);
    expect(await callEach()).toEqual([402, 402]);
  });

  it('one macaroon is revoked at both from the next call on, and its account goes on', async () => {
    await run(['topup', 'root/scraper-1', '20credits']);
    const stolen = child(macaroon, 'parser', 5);
    const callWith = async ({ url }: Serving, its: string) => {
      const response = await fetch(`${url}/v1/chat/completions`, chatRequest(its));
      await response.text();
      return response.status;
    };
    const stolenEach = () => Promise.all(gateways.map((gateway) => callWith(gateway, stolen)));
    expect([await callEach(), await stolenEach()]).toEqual([
      [200, 200],
      [200, 200],
    ]);
    const done = await bursar(['revoke', '--macaroon'], {
      env: { BURSAR_CONFIG: `${own.folder}/bursar.yaml`, BURSAR_MACAROON: stolen },
    });
    expect(done).toMatchObject({ status: 0, err: '' });
    expect(done.out).toMatch(/^macaroon [0-9a-f]{32} of main\/[0-9a-f]{32} is revoked/);
    expect([await stolenEach(), await callEach()]).toEqual([
      [403, 403],
      [200, 200],
    ]);
  });

  it('what is final is final at both, by the ledger and by a gateway', async () => {
    expect((await run(['revoke', 'root/scraper-1'])).status).toBe(0);
    expect(await callEach()).toEqual([403, 403]);
    for (const through of [undefined, gateways[0]]) {
      const { status, out, err } = await run(['resume', 'root/scraper-1'], through);
      expect([status, out]).toEqual([1, '']);
      expect(err).toContain('is revoked, for good');
      expect(err).toContain('account_final');
    }
  });
});
