import { describe, expect, it } from 'vitest';
import { readErrorBody } from '../../../gateway/upstream/error-body.js';
import { bodyOf, collect, type Step } from '../stream/bodies.js';
import { toBytes, toText } from '../stream/bytes.js';

const read = (steps: Iterable<Step>, limits: { bytes?: number; ms?: number } = {}) => {
  const body = bodyOf(steps);
  const response = { status: 500, headers: { 'content-type': 'text/plain' }, body };
  return { body, reading: readErrorBody(response, { bytes: 10, ms: 60_000, ...limits }) };
};

describe('the body of an error', () => {
  it.each([[], ['abc'], ['abc', 'defg'], ['0123456789']].map((pieces) => [pieces]))(
    '%j is read whole',
    async (pieces) => {
      const read_ = await read(pieces.map(toBytes)).reading;
      expect(read_).toEqual({ status: 'whole', bytes: Buffer.from(pieces.join('')) });
    },
  );

  it('that is too long goes on with what was read', async () => {
    const read_ = await read(['01234', '56789x', 'more'].map(toBytes)).reading;
    if (read_.status !== 'unfinished') throw new Error(read_.status);
    expect(toText(await collect(read_.response.body))).toBe('0123456789xmore');
    const again = await read(['01234567890', 'more'].map(toBytes)).reading;
    if (again.status !== 'unfinished') throw new Error(again.status);
    expect(toText([await again.response.body.bytes()])).toBe('01234567890more');
  });

  it('that is not at its end in time goes on, whenever the rest comes', async () => {
    let come: () => void = () => {};
    const rest = new Promise<void>((resolve) => {
      come = resolve;
    });
    const body = {
      bytes: () => Promise.reject(new Error('read as it comes')),
      destroy: () => {},
      async *[Symbol.asyncIterator]() {
        yield toBytes('a');
        await rest;
        yield toBytes('b');
        yield toBytes('c');
      },
    };
    const read_ = await readErrorBody({ status: 500, headers: {}, body }, { bytes: 10, ms: 1 });
    if (read_.status !== 'unfinished') throw new Error(read_.status);
    come();
    expect(toText(await collect(read_.response.body))).toBe('abc');
  });

  it('that breaks off is an error, and closed by who leaves it', async () => {
    await expect(read([toBytes('a'), 'breaks']).reading).rejects.toMatchObject({
      failure: 'failed',
    });
    const { body, reading } = read([toBytes('01234567890'), toBytes('b')]);
    const read_ = await reading;
    if (read_.status !== 'unfinished') throw new Error(read_.status);
    read_.response.body.destroy();
    expect(body.destroyed).toBe(1);
  });
});
