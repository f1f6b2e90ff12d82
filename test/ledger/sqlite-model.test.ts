import Database from 'libsql';
import { describe, expect, it } from 'vitest';
import { LEDGER_DEFAULTS, type Ledger } from '../../src/ledger/contract.js';
import { sharedTimeOf } from '../../src/ledger/rules/time.js';
import { type PageText, readPage } from '../../src/ledger/sqlite/journal-rows.js';
import { CallPacker, CallUnpacker } from '../../src/ledger/sqlite/packed-calls.js';
import { packReplies, unpackReplies } from '../../src/ledger/sqlite/packed-replies.js';
import type { Call, Operation, Reply } from '../../src/ledger/sqlite/protocol.js';
import { prepareDatabase } from '../../src/ledger/sqlite/schema.js';
import { SqliteStore } from '../../src/ledger/sqlite/store.js';
import { fc, runs } from '../support/property.js';
import { ModelLedger } from './model.js';
import { ModelStore } from './model-store.js';
import { ALL_ROOTS, history, perform, SMALL, START_MS, type Step } from './sequences.js';
import { sharedHistory } from './shared-sequences.js';

interface Grouping {
  readonly groupSize: number;
  /** By turns: after this group all that is kept is read again, as when another process wrote. */
  readonly forgets: readonly boolean[];
}

const grouping = fc.record({
  groupSize: fc.integer({ min: 1, max: 8 }),
  forgets: fc.array(fc.boolean(), { minLength: 1, maxLength: 6 }),
});

/** The model and a store in memory, under one pair of clocks. */
class Twins {
  #storeMs = START_MS;
  #lagMs = 0;
  #refusesCommit = false;
  readonly model: Ledger;
  readonly #store: SqliteStore;
  readonly #packer = new CallPacker();
  readonly #unpacker = new CallUnpacker();

  constructor() {
    const clock = () => this.#storeMs;
    const gateway = () => this.#storeMs - this.#lagMs;
    const options = { ...LEDGER_DEFAULTS, ...SMALL, clock: gateway };
    const shared = () => sharedTimeOf({ storeMs: clock(), gatewayMs: gateway() });
    this.model = new ModelLedger(options, clock, new ModelStore(), shared);
    const db = new Database(':memory:');
    prepareDatabase(db, ':memory:');
    const exec = db.exec.bind(db);
    db.exec = (sql) => {
      if (sql === 'COMMIT' && this.#refusesCommit) throw new Error('disk I/O error');
      return exec(sql);
    };
    const patience = { now: () => 0, sleep: () => {}, random: () => 0 };
    this.#store = new SqliteStore(db, { ...SMALL, clock }, patience);
  }

  /** Calls up to the next change of a clock are groups for the store, one by one for the model. */
  async run(steps: readonly Step[], { groupSize, forgets }: Grouping): Promise<void> {
    const group: Operation[] = [];
    let groups = 0;
    for (const step of steps) {
      const isCall = step.kind !== 'time' && step.kind !== 'lag';
      if (isCall) group.push(step);
      if (!isCall || group.length === groupSize) {
        await this.#compare(group.splice(0));
        if (forgets[groups++ % forgets.length]) this.#forget();
      }
      if (step.kind === 'time') this.#storeMs += step.byMs;
      if (step.kind === 'lag') this.#lagMs = step.ms;
    }
    await this.#compare(group);
    await this.#compare(ALL_ROOTS.map((account) => ({ kind: 'tree', request: { account } })));
    const journals = ['main', 'acme'].map((tenant) => ({ tenant, after: 0, max: 10_000 }));
    await this.#compare(journals.map((request) => ({ kind: 'journal', request })));
  }

  async #compare(group: readonly Operation[]): Promise<void> {
    if (group.length === 0) return;
    const gatewayMs = this.#storeMs - this.#lagMs;
    const calls = group.map((operation, id) => ({ id, operation, gatewayMs, deadlineMs: 1 }));
    const replies = this.#execute(calls);
    for (const [id, operation] of group.entries()) {
      const expected: Reply = { id, outcome: await perform(this.model, operation) };
      expect(replies[id], JSON.stringify(operation)).toEqual(expected);
    }
  }

  /** A group that goes back: what comes next is read from the tables, and from the redo log. */
  #forget(): void {
    this.#refusesCommit = true;
    const [reply] = this.#execute([
      { id: 0, operation: { kind: 'ping' }, gatewayMs: this.#storeMs, deadlineMs: 1 },
    ]);
    expect(reply).toMatchObject({ failed: { reason: 'store_error' } });
    this.#refusesCommit = false;
  }

  /** As the two threads do it: packed and copied on the way there, and on the way back. */
  #execute(calls: readonly Call[]): Reply[] {
    const received = this.#unpacker.unpack(structuredClone(this.#packer.pack(calls)));
    expect(received).toEqual(calls);
    const replies = this.#store.execute(received);
    const packed = structuredClone(packReplies(replies, (place) => received[place]?.operation));
    return unpackReplies(packed, (id) => calls[id]?.operation).map((reply) => {
      const isPage = calls[reply.id]?.operation.kind === 'journal' && 'outcome' in reply;
      return isPage ? { ...reply, outcome: readPage(reply.outcome as PageText) } : reply;
    });
  }

  close(): void {
    this.#store.close();
  }
}

describe('random histories', () => {
  const same = (histories: fc.Arbitrary<Step[]>, numRuns: number) =>
    fc.assert(
      fc.asyncProperty(histories, grouping, async (steps, how) => {
        const twins = new Twins();
        try {
          await twins.run(steps, how);
        } finally {
          twins.close();
        }
      }),
      { numRuns },
    );

  it('get the same answers from SQLite, in groups of any size, as from the model', () =>
    same(history, runs(400)));

  it('of what gateways tell each other beside the money, too', () =>
    same(sharedHistory, runs(200)));
});
