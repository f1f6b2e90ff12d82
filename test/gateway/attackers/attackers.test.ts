import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LEDGER_DEFAULTS, type Ledger } from '../../../src/ledger/contract.js';
import { openRedisLedger } from '../../../src/ledger/redis/engine.js';
import { openSqliteLedger } from '../../../src/ledger/sqlite/engine.js';
import { temporaryFolder } from '../../ledger/folder.js';
import { fc, runs } from '../../support/property.js';
import { type RedisServer, startRedis } from '../../support/redis.js';
import { Arena, SMALL } from './arena.js';
import { Attacker, attacks } from './attack.js';
import { family } from './family.js';
import { needs } from './needs.js';

const QUICK = 40;
const LONG = 10_000;

const options = { ...LEDGER_DEFAULTS, ...SMALL, timeoutMs: 5_000, clock: Date.now };
const folder = temporaryFolder();
let redis: RedisServer;

beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.dispose());

const engines: readonly [string, () => Promise<Ledger>][] = [
  ['SQLite', async () => openSqliteLedger(join(folder, 'attacked.db'), options)],
  ['Redis', async () => openRedisLedger(redis.url, options)],
];

describe.each(engines)('on %s', (_engine, open) => {
  let arena: Arena;

  beforeAll(async () => {
    arena = await Arena.start(await open());
  });
  afterAll(() => arena.close());

  it("no sequence of a child's own requests changes what its sibling can do", async () => {
    const calm = new Map<boolean, object>();
    for (const isCarved of [false, true]) {
      calm.set(isCarved, await needs(arena, await family(arena, isCarved)));
    }
    await fc.assert(
      fc.asyncProperty(attacks, fc.boolean(), async (steps, isCarved) => {
        const its = await family(arena, isCarved);
        await new Attacker(arena, its.eve).run(steps);
        expect(await needs(arena, its)).toEqual(calm.get(isCarved));
        arena.hangUp();
      }),
      { numRuns: runs(QUICK, LONG) },
    );
  });
});
