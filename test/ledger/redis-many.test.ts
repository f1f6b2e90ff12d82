import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LEDGER_DEFAULTS, type Ledger } from '../../src/ledger/contract.js';
import { openRedisLedger } from '../../src/ledger/redis/engine.js';
import { type RedisServer, startRedis } from '../support/redis.js';
import { CREDIT, counters, FAR_MS, genesis, limit, opened, rootOf } from './fixtures.js';

/** More than twice of these are the arguments of one command, which Lua has no room for. */
const CHILDREN = 5_000;

let server: RedisServer;
let ledger: Ledger;

beforeAll(async () => {
  server = await startRedis();
  ledger = await openRedisLedger(server.url, {
    ...LEDGER_DEFAULTS,
    timeoutMs: 10_000,
    clock: Date.now,
  });
});
afterAll(async () => {
  await ledger.close();
  await server.dispose();
});

describe('an account with thousands of carve-outs below it', () => {
  it('gives all of them back once it is revoked, in steps', async () => {
    const root = await opened(ledger, genesis({ limits: [limit(CHILDREN)] }));
    const activations = Array.from({ length: CHILDREN }, (_, n) =>
      ledger.activate({
        kid: root.kid,
        expiresAtMs: FAR_MS,
        path: [
          { account: rootOf(root), limits: root.limits },
          {
            account: `${rootOf(root)}/child-${n}`,
            limits: [{ ...limit(1), carved: true }],
            carveEndsMs: FAR_MS,
          },
        ],
      }),
    );
    for (const { status } of await Promise.all(activations)) expect(status).toBe('activated');
    expect(await counters(ledger, rootOf(root))).toEqual({ spent: 0, held: CHILDREN * CREDIT });

    const account = rootOf(root);
    const done = await ledger.control({ account, action: 'revoke', actor: 'operator' });
    expect(done).toMatchObject({ status: 'done', after: 'revoked' });
    expect((await counters(ledger, account)).held).toBeGreaterThan(0);
    while ((await ledger.sweep(root.tenant, 200)).more);
    expect(await counters(ledger, account)).toEqual({ spent: 0, held: 0 });
    const { entries } = await ledger.journal({
      tenant: root.tenant,
      after: 1 + CHILDREN,
      max: 10_000,
    });
    expect(entries.map(({ entry }) => entry.kind)).toEqual([
      'revoked',
      ...Array<string>(CHILDREN).fill('carve_ended'),
    ]);
  });
});
