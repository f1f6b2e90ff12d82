import Database from 'libsql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LEDGER_DEFAULTS } from '../../src/ledger/contract.js';
import { MemoryMarks } from '../../src/ledger/marks.js';
import { NotedLedger } from '../../src/ledger/noted.js';
import type { Operation } from '../../src/ledger/sqlite/protocol.js';
import { prepareDatabase } from '../../src/ledger/sqlite/schema.js';
import { SqliteShared } from '../../src/ledger/sqlite/shared.js';
import { SqliteStore } from '../../src/ledger/sqlite/store.js';
import { type Sharing, sharedStateClockLaws } from './laws/shared-state-clock.js';
import { LuaStore } from './lua/store.js';
import { ModelLedger } from './model.js';

const START_MS = 1_800_000_000_000;
let nowMs = START_MS;
const clock = () => nowMs;
const options = { ...LEDGER_DEFAULTS, clock };
const pass = async (ms: number) => {
  nowMs += ms;
};

sharedStateClockLaws('the model', { open: async () => new ModelLedger(options, clock), pass });

/** A store in this thread, asked one operation at a time. */
function openSqlite(): Sharing {
  const db = new Database(':memory:');
  prepareDatabase(db, ':memory:');
  const store = new SqliteStore(db, options, { now: () => 0, sleep: () => {}, random: () => 0 });
  const ask = async <Outcome>(operation: Operation): Promise<Outcome> => {
    const [reply] = store.execute([{ id: 0, operation, gatewayMs: nowMs, deadlineMs: 1 }]);
    if (reply === undefined || 'failed' in reply) throw new Error(JSON.stringify(reply));
    return reply.outcome as Outcome;
  };
  return {
    shared: new SqliteShared(ask),
    openRoot: (genesis) => ask({ kind: 'openRoot', genesis }),
    reserve: (request) => ask({ kind: 'reserve', request }),
    settle: (request) => ask({ kind: 'settle', request }),
  };
}

sharedStateClockLaws('SQLite', { open: async () => openSqlite(), pass });

describe('Redis, with a clock that is set', () => {
  let store: LuaStore;
  beforeAll(async () => {
    store = await LuaStore.start();
  });
  afterAll(() => store.dispose());

  sharedStateClockLaws('Redis', {
    open: async () => {
      await store.begin(nowMs);
      return store.ledger({ clock });
    },
    pass: async (ms) => {
      await pass(ms);
      await store.setClock(nowMs);
    },
  });
});

describe('a ledger whose operations are noted', () => {
  it('passes on what moves no money', () => {
    const ledger = new ModelLedger(options, clock);
    expect(new NotedLedger(ledger, new MemoryMarks()).shared).toBe(ledger.shared);
  });
});
