import { describe, expect, it } from 'vitest';
import type { ReserveRequest } from '../../src/ledger/contract.js';
import { CallPacker, CallUnpacker } from '../../src/ledger/sqlite/packed-calls.js';
import { packReplies, unpackReplies } from '../../src/ledger/sqlite/packed-replies.js';
import type { Call, Operation, Reply } from '../../src/ledger/sqlite/protocol.js';
import { UNITS, WINDOWS } from '../../src/money/units.js';
import { fc, runs } from '../support/property.js';
import { genesis, path, request } from './fixtures.js';

const ALWAYS = [
  'account',
  'unit',
  'window',
  'limitMicros',
  'spentMicros',
  'heldMicros',
  'remainingMicros',
] as const;

const call = (operation: Operation, id = 7): Call => {
  return { id, operation, gatewayMs: 1_800_000_000_000, deadlineMs: 1234.5 };
};
const reserve = (of: ReserveRequest): Call => call({ kind: 'reserve', request: of });

/** Two threads: what one packs, the other gets as a copy. */
function threads() {
  const packer = new CallPacker();
  const unpacker = new CallUnpacker();
  let chars = 0;
  const send = (one: Call): Call | undefined => {
    const packed = packer.pack([one]);
    chars = JSON.stringify(packed).length;
    return unpacker.unpack(structuredClone(packed))[0];
  };
  return { packer, send, chars: () => chars };
}

const root = genesis();
const long = path(
  root,
  Array.from({ length: 12 }, (_, level) => `agent-${level}`),
);

describe('a reservation between the threads', () => {
  it('says its path once, and is whole each time', () => {
    const { send, chars } = threads();
    const first = reserve(request(root, { path: long }));
    const again = reserve(request(root, { path: long }));
    expect(send(first)).toEqual(first);
    expect(chars()).toBeGreaterThan(1_000);
    expect(send(again)).toEqual(again);
    expect(chars()).toBeLessThan(500);
  });

  it('says the path again with another expiry or key', () => {
    const { send } = threads();
    const plain = request(root, { path: long });
    const { expiresAtMs } = plain;
    for (const other of [
      plain,
      { ...plain, expiresAtMs: expiresAtMs - 1 },
      { ...plain, kid: 'k9' },
    ]) {
      expect(send(reserve(other))).toEqual(reserve(other));
    }
    expect(send(reserve(plain))).toEqual(reserve(plain));
  });

  it('says the path again to a thread that may not have heard of it', () => {
    const { packer, send, chars } = threads();
    send(reserve(request(root, { path: long })));
    packer.reset();
    const again = reserve(request(root, { path: long }));
    expect(send(again)).toEqual(again);
    expect(chars()).toBeGreaterThan(1_000);
  });

  it('keeps its own path among more than are remembered', () => {
    const { send } = threads();
    const many = Array.from({ length: 4_100 }, (_, n) =>
      request(root, { path: path(root, [`a-${n}`]) }),
    );
    for (const one of [...many, ...many.slice(0, 10), ...many.slice(-10)]) {
      expect(send(reserve(one))?.operation).toEqual({ kind: 'reserve', request: one });
    }
  });

  it('keeps what not every one has', () => {
    const { send } = threads();
    const one = reserve(
      request(root, {
        path: long,
        cost: { least: { calls: 0, usd: 5 }, most: { calls: 0, usd: 9 }, steps: 3 },
        about: { name: 'gpt-4o', route: '', tags: { task: '42' } },
        fingerprint: 'f1',
      }),
    );
    expect(send(one)).toStrictEqual(one);
  });
});

describe('an end between the threads', () => {
  it('keeps who asked, what the upstream said, and an amount of 0', () => {
    const { send } = threads();
    const { reservation } = request(root);
    const by = { kind: 'caller', account: long[1]?.account ?? '' } as const;
    const upstream = { requestId: 'req-1', model: 'm' };
    const { requestId, model } = upstream;
    const said = [
      { upstream },
      { upstream: {} },
      { upstream: { requestId } },
      { upstream: { model } },
    ];
    for (const more of [{}, { by }, { by, upstream }, ...said]) {
      const one = call({ kind: 'settle', request: { reservation, cost: { usd: 0 }, ...more } });
      expect(send(one)).toStrictEqual(one);
    }
  });

  it('is answered alike, and heard also where nobody waits any more', () => {
    const { reservation } = request(root);
    const operation: Operation = { kind: 'release', request: { reservation } };
    const charged = { credits: 0, usd: 0, tokens: 0, calls: 0 };
    const outcome = { status: 'released', charged, replayed: true };
    const reply: Reply = { id: 3, outcome };
    const packed = structuredClone(packReplies([reply], () => operation));
    expect(unpackReplies(packed, () => undefined)).toStrictEqual([reply]);
  });

  it('keeps every member of a hold, for every account and window of its path', () => {
    const amount = fc.nat(Number.MAX_SAFE_INTEGER);
    const vector = fc.record(
      { credits: amount, usd: amount, tokens: amount, calls: amount },
      { requiredKeys: [] },
    );
    const state = fc.record(
      {
        account: fc.constantFrom(...long.map(({ account }) => account)),
        unit: fc.constantFrom(...UNITS),
        window: fc.constantFrom(...WINDOWS),
        limitMicros: amount,
        spentMicros: amount,
        heldMicros: amount,
        remainingMicros: amount,
        resetsAtMs: amount,
      },
      { requiredKeys: [...ALWAYS] },
    );
    const levelOf = ({ account }: { account: string }) =>
      long.findIndex((its) => its.account === account);
    const held = fc.record({
      status: fc.constant('held' as const),
      step: amount,
      granted: vector,
      deadlineMs: amount,
      limits: fc.array(state).map((all) => all.sort((a, b) => levelOf(a) - levelOf(b))),
      labels: fc.dictionary(fc.string(), fc.string(), { noNullPrototype: true }),
      replayed: fc.boolean(),
    });
    const operation: Operation = { kind: 'reserve', request: request(root, { path: long }) };
    fc.assert(
      fc.property(fc.array(held, { maxLength: 4 }), (outcomes) => {
        const replies = outcomes.map((outcome, id) => ({ id, outcome }));
        const packed = structuredClone(packReplies(replies, () => operation));
        expect(unpackReplies(packed, () => operation)).toEqual(replies);
      }),
      { numRuns: runs(200) },
    );
  });

  it('is refused when it ends before all is said', () => {
    const reply: Reply = { id: 3, outcome: { status: 'settled', charged: {}, replayed: false } };
    const operation: Operation = { kind: 'settle', request: { reservation: '', cost: {} } };
    const packed = packReplies([reply], () => operation);
    const cut = { ...packed, numbers: packed.numbers.slice(0, -1) };
    expect(() => unpackReplies(cut, () => operation)).toThrow(RangeError);
  });
});
