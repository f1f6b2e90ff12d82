import { describe, expect, it } from 'vitest';
import { ArrivingBody } from '../../../gateway/upstream/arriving-body.js';
import { UpstreamError } from '../../../gateway/upstream/types.js';
import { fc } from '../../support/property.js';

const BROKEN = new UpstreamError('failed');

/** A body and its connection: aborting that fails the body at once, as undici does. */
function arriving() {
  const connection = { paused: false, aborted: false };
  const body = new ArrivingBody({
    get aborted() {
      return connection.aborted;
    },
    get paused() {
      return connection.paused;
    },
    reason: null,
    abort: () => {
      connection.aborted = true;
      body.fail(BROKEN);
    },
    pause: () => {
      connection.paused = true;
    },
    resume: () => {
      connection.paused = false;
    },
  });
  return { connection, body };
}

const pieces = fc.array(fc.uint8Array({ minLength: 1, maxLength: 40_000 }), { maxLength: 12 });
/** By turns: so many pieces come, so many are asked for. */
const turns = fc.array(fc.record({ come: fc.nat(4), asked: fc.nat(4) }), { maxLength: 12 });

describe('a body as it arrives', () => {
  it('piece by piece: each as it came, in order, whoever is first; and then its end, or its error', async () => {
    await fc.assert(
      fc.asyncProperty(pieces, turns, fc.boolean(), async (all, order, breaks) => {
        const { body } = arriving();
        const coming = [...all];
        const taken: Promise<IteratorResult<Uint8Array>>[] = [];
        for (const { come, asked } of order) {
          for (const piece of coming.splice(0, come)) body.push(piece);
          // One at a time, as readers do: the one before has to have been answered.
          const left = all.length - coming.length - taken.length;
          for (let n = 0; n < Math.min(asked, Math.max(1, left)); n += 1) {
            if (taken.length <= all.length - coming.length) taken.push(body.next());
          }
        }
        for (const piece of coming) body.push(piece);
        while (taken.length < all.length) taken.push(body.next());
        if (breaks) body.fail(BROKEN);
        else body.end();
        const got = await Promise.all(taken.slice(0, all.length));
        expect(got.map(({ value }) => value)).toEqual(all);
        const last = taken[all.length] ?? body.next();
        if (breaks) await expect(last).rejects.toBe(BROKEN);
        else expect(await last).toEqual({ done: true, value: undefined });
      }),
    );
  });

  it('as a whole: all that came, asked for at any time', async () => {
    await fc.assert(
      fc.asyncProperty(pieces, fc.nat(12), async (all, asked) => {
        const { body, connection } = arriving();
        let whole: Promise<Uint8Array> | undefined;
        for (const [i, piece] of all.entries()) {
          if (i === asked) whole = body.bytes();
          body.push(piece);
        }
        body.end();
        expect(Buffer.compare(await (whole ?? body.bytes()), Buffer.concat(all))).toBe(0);
        if (whole !== undefined) expect(connection.paused).toBe(false);
      }),
    );
  });

  it('as a whole, broken off: its error, before and after', async () => {
    const { body } = arriving();
    body.push(Uint8Array.of(1));
    const whole = body.bytes();
    body.fail(BROKEN);
    await expect(whole).rejects.toBe(BROKEN);
    await expect(body.bytes()).rejects.toBe(BROKEN);
  });

  it('that nobody reads: its connection rests from 64 KiB on, until all of that was taken', async () => {
    const { body, connection } = arriving();
    body.push(new Uint8Array(65_535));
    expect(connection.paused).toBe(false);
    body.push(new Uint8Array(1));
    expect(connection.paused).toBe(true);
    await body.next();
    expect(connection.paused).toBe(true);
    await body.next();
    expect(connection.paused).toBe(false);
  });

  it('let go in the midst: its connection is closed, and a reader is told', async () => {
    const { body, connection } = arriving();
    body.push(Uint8Array.of(1));
    await body.next();
    const next = body.next();
    body.destroy();
    expect(connection.aborted).toBe(true);
    await expect(next).rejects.toBe(BROKEN);
  });

  it('let go at its end: its connection stays', async () => {
    const { body, connection } = arriving();
    body.push(Uint8Array.of(1));
    body.end();
    body.destroy();
    expect(connection.aborted).toBe(false);
    for await (const piece of body) throw new Error(`${piece.length} bytes of what was let go`);
  });

  it('a reader that stops early lets it go', async () => {
    const { body, connection } = arriving();
    body.push(Uint8Array.of(1));
    for await (const piece of body) {
      expect(piece).toEqual(Uint8Array.of(1));
      break;
    }
    expect(connection.aborted).toBe(true);
  });
});
