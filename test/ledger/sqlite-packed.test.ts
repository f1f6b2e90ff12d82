import { describe, expect, it } from 'vitest';
import type { ReserveRequest } from '../../src/ledger/contract.js';
import {
  CallPacker,
  CallUnpacker,
  packReply,
  unpackReply,
} from '../../src/ledger/sqlite/packed.js';
import type { Call, Operation, Reply } from '../../src/ledger/sqlite/protocol.js';
import { genesis, path, request } from './fixtures.js';

const call = (operation: Operation, id = 7): Call => {
  return { id, operation, gatewayMs: 1_800_000_000_000, deadlineMs: 1234.5 };
};
const reserve = (of: ReserveRequest): Call => call({ kind: 'reserve', request: of });

/** Two threads: what one packs, the other gets as a copy. */
function threads() {
  const packer = new CallPacker();
  const unpacker = new CallUnpacker();
  let chars = 0;
  const send = (one: Call): Call => {
    const packed = packer.pack(one);
    chars = JSON.stringify(packed).length;
    return unpacker.unpack(structuredClone(packed));
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
    expect(chars()).toBeLessThan(300);
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
      expect(send(reserve(one)).operation).toEqual({ kind: 'reserve', request: one });
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
    for (const more of [{}, { by }, { upstream }, { by, upstream }]) {
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
    const packed = structuredClone(packReply(reply, operation));
    expect(unpackReply(packed, () => undefined)).toStrictEqual(reply);
  });
});
