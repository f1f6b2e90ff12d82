import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Genesis, Ledger } from '../../src/ledger/contract.js';
import { LEDGER_DEFAULTS } from '../../src/ledger/contract.js';
import { newReservationId } from '../../src/ledger/ids.js';
import { openRedisLedger } from '../../src/ledger/redis/engine.js';
import { openSqliteLedger } from '../../src/ledger/sqlite/engine.js';
import { fc, runs } from '../support/property.js';
import { type RedisServer, startRedis } from '../support/redis.js';
import {
  CREDIT,
  carved,
  FAR_MS,
  genesis,
  HOUR_MS,
  limit,
  path,
  price,
  rootOf,
} from './fixtures.js';
import { temporaryFolder } from './folder.js';
import { type LedgerCall, perform } from './sequences.js';
import { type Answered, expectSerial } from './serial.js';

const ROOTS: readonly Genesis[] = ['0', '1'].map((digit) =>
  genesis({ rootId: digit.repeat(32), limits: [limit(12), limit(40, 'calls')] }),
);

const root = fc.constantFrom(...ROOTS);
const holders = fc.constantFrom<string[]>([], ['a'], ['a'], ['a', 'b'], ['c'], ['c']);
const digits = fc.integer({ min: 0, max: 11 });
const idOf = ({ tenant, rootId }: Genesis, n: number) =>
  newReservationId(tenant, rootId, new Uint8Array(16).fill(n));

/** The same for the same id, whoever sends it: what is told of it then tells who was first. */
function reserveOf(of: Genesis, n: number, names: readonly string[]): LedgerCall {
  const limits = [[limit(20)], names[0] === 'a' ? [carved(3)] : [limit(4)], []];
  return {
    kind: 'reserve',
    request: {
      reservation: idOf(of, n),
      kid: of.kid,
      path: path(of, names, limits).map((account) => ({ ...account, carveEndsMs: FAR_MS })),
      cost: n % 4 === 0 ? { ...price(1), most: price(3).most, steps: 2 } : price(n % 3),
      expiresAtMs: FAR_MS,
      ttlMs: HOUR_MS,
      owner: 'gateway',
    },
  };
}

const call: fc.Arbitrary<LedgerCall> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.tuple(root, digits, holders).map(([of, n, names]) => reserveOf(of, n, names)),
  },
  {
    weight: 3,
    arbitrary: fc.tuple(root, digits, fc.nat({ max: 4 })).map(
      ([of, n, spent]): LedgerCall => ({
        kind: 'settle',
        request: { reservation: idOf(of, n), cost: { credits: spent * CREDIT } },
      }),
    ),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(root, digits)
      .map(([of, n]): LedgerCall => ({ kind: 'release', request: { reservation: idOf(of, n) } })),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(root, digits).map(
      ([of, n]): LedgerCall => ({
        kind: 'activate',
        request: {
          kid: of.kid,
          // Nobody else names it, so that the journal tells whose activation it was.
          path: path(of, [`k${n}`], [[limit(20)], [carved(n % 4)]]).map((account) => ({
            ...account,
            carveEndsMs: FAR_MS,
          })),
          expiresAtMs: FAR_MS,
        },
      }),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(root, digits).map(
      ([of, n]): LedgerCall => ({
        kind: 'topUp',
        request: {
          account: rootOf(of),
          unit: 'credits',
          micros: CREDIT,
          id: n.toString(16).padStart(32, 'f'),
          actor: 'operator',
        },
      }),
    ),
  },
);

/** Who is asked what, all of one list at once. */
type Turn = readonly (readonly [who: number, call: LedgerCall])[];

const turns: fc.Arbitrary<Turn[]> = fc.array(
  fc.array(fc.tuple(fc.nat({ max: 1 }), call), { minLength: 8, maxLength: 40 }),
  { minLength: 1, maxLength: 4 },
);

async function race(ledgers: readonly Ledger[], all: readonly Turn[]): Promise<void> {
  const answered: Answered[] = [];
  const [first] = ledgers;
  if (first === undefined) throw new Error('no ledger');
  const ask = async (ledger: Ledger, its: LedgerCall) => {
    answered.push({ call: its, answer: await perform(ledger, its) });
  };
  for (const of of ROOTS) {
    const opens: LedgerCall = { kind: 'openRoot', genesis: of };
    await Promise.all(ledgers.map((ledger) => ask(ledger, opens)));
  }
  for (const [place, turn] of all.entries()) {
    const pausing = [0, 1].map((who): Turn[number] => [
      who,
      {
        kind: 'control',
        request: {
          account: `${rootOf(ROOTS[0] as Genesis)}/c`,
          action: (place + who) % 2 === 0 ? 'pause' : 'resume',
          actor: `${place} ${who}`,
        },
      },
    ]);
    await Promise.all([...turn, ...pausing].map(([who, its]) => ask(ledgers[who] ?? first, its)));
  }
  expect(answered.length).toBeGreaterThan(0);
  await expectSerial(first, 'main', ROOTS.map(rootOf), answered);
}

const OPTIONS = { ...LEDGER_DEFAULTS, timeoutMs: 20_000, clock: Date.now };

describe('two ledgers on one store, asked at once, answer as one would in the journal’s order', () => {
  let server: RedisServer;
  const folder = temporaryFolder();
  let files = 0;

  beforeAll(async () => {
    server = await startRedis(['--databases', '10000']);
  });
  afterAll(() => server.dispose());

  async function onEach(open: () => Promise<Ledger>, all: readonly Turn[]): Promise<void> {
    const ledgers = [await open(), await open()];
    try {
      await race(ledgers, all);
    } finally {
      await Promise.all(ledgers.map((ledger) => ledger.close()));
    }
  }

  it('on one Redis', async () => {
    await fc.assert(
      fc.asyncProperty(turns, (all) => {
        files += 1;
        return onEach(() => openRedisLedger(`${server.url}/${files}`, OPTIONS), all);
      }),
      { numRuns: runs(40) },
    );
  });

  it('on one SQLite file', async () => {
    await fc.assert(
      fc.asyncProperty(turns, (all) => {
        files += 1;
        const file = join(folder, `${files}.db`);
        return onEach(() => openSqliteLedger(file, OPTIONS), all);
      }),
      { numRuns: Math.min(runs(12), 200) },
    );
  });
});
