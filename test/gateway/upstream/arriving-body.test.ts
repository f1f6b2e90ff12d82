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

const piece = fc.uint8Array({ minLength: 1, maxLength: 40_000 });
const pieces = fc.array(piece, { maxLength: 12 });
/** By turns: some pieces come, and then the reader asks, or does not. */
const turns = fc.array(fc.record({ come: fc.array(piece, { maxLength: 3 }), asks: fc.boolean() }));

describe('a body as it arrives', () => {
  it('as it comes: what a reader waits for alone, what has waited at once; then its end, or its error', async () => {
    await fc.assert(
      fc.asyncProperty(turns, fc.boolean(), async (order, breaks) => {
        const { body, connection } = arriving();
        let reading: Promise<IteratorResult<Uint8Array>> | undefined;
        let waiting: Uint8Array[] = [];
        const takeWaiting = async () => {
          const { value } = await body.next();
          expect(Buffer.compare(value, Buffer.concat(waiting))).toBe(0);
          expect(connection.paused).toBe(false);
          waiting = [];
        };
        for (const { come, asks } of order) {
          for (const one of come) {
            body.push(one);
            if (reading === undefined) waiting.push(one);
            else expect((await reading).value).toBe(one);
            reading = undefined;
          }
          if (!asks || reading !== undefined) continue;
          if (waiting.length > 0) await takeWaiting();
          else reading = body.next();
        }
        if (breaks) body.fail(BROKEN);
        else body.end();
        if (waiting.length > 0) await takeWaiting();
        const last = reading ?? body.next();
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

  it('that nobody reads: its connection rests from 64 KiB on, until that was taken', async () => {
    const { body, connection } = arriving();
    body.push(new Uint8Array(65_535));
    expect(connection.paused).toBe(false);
    body.push(new Uint8Array(1));
    expect(connection.paused).toBe(true);
    expect((await body.next()).value).toHaveLength(65_536);
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
