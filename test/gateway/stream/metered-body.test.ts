import { describe, expect, it } from 'vitest';
import { meterEvents, meterPlain } from '../../../gateway/stream/meter.js';
import { type After, meterBody } from '../../../gateway/stream/metered-body.js';
import { fc } from '../../support/property.js';
import { bodyOf, collect, type Step } from './bodies.js';
import { cutAt, eachByte, positions, toBytes, toText } from './bytes.js';
import { APIS, type Api, answer, CHAT, TERMS } from './streams.js';

const BOUND = { bytes: 1_000_000, ms: 5_000 };
const TEXT = 'A few words, streamed';

/** A timer that the test fires. */
function manualTimer() {
  const timer = { fire: () => {}, ms: 0, cancelled: 0 };
  const after: After = (ms, callback) => {
    timer.ms = ms;
    timer.fire = callback;
    return {
      cancel: () => {
        timer.cancelled += 1;
      },
    };
  };
  return { timer, after };
}

function metered(api: Api, steps: Iterable<Step>, bound = BOUND) {
  const upstream = bodyOf(steps);
  const { timer, after } = manualTimer();
  const meter = meterEvents(api.format, { ...TERMS, hidesUsageEvent: false });
  return { upstream, timer, ...meterBody(upstream, meter, bound, after) };
}

/** The caller takes so many chunks, and leaves. */
async function leaveAfter(body: AsyncIterable<Uint8Array> & { destroy(): void }, count: number) {
  const chunks = body[Symbol.asyncIterator]();
  for (let n = 0; n < count; n += 1) await chunks.next();
  body.destroy();
}

describe.each(APIS)('%s', (_, api) => {
  const { body: text, events, billed } = answer(api, true, { text: TEXT });

  it('read to its end: every byte, and the usage', async () => {
    await fc.assert(
      fc.asyncProperty(positions, async (cuts) => {
        const { body, reading, upstream } = metered(api, cutAt(toBytes(text), cuts));
        expect(toText(await collect(body))).toBe(text);
        expect(await reading).toEqual({ status: 'read', usage: billed });
        expect(upstream.destroyed).toBe(0);
      }),
    );
  });

  it('a caller that leaves after any event: the rest is read, and the usage is the real one', async () => {
    for (let count = 0; count <= events.length; count += 1) {
      const { body, reading, timer } = metered(api, events.map(toBytes));
      await leaveAfter(body, count);
      expect(await reading).toEqual({ status: 'read', usage: billed });
      expect(timer.ms).toBe(BOUND.ms);
    }
  });

  it('a caller that leaves while the upstream breaks off after any event: never too little', async () => {
    for (let count = 0; count <= events.length; count += 1) {
      const steps = [...events.slice(0, count).map(toBytes), 'breaks' as const];
      const { body, reading } = metered(api, steps);
      await leaveAfter(body, Math.min(1, count));
      const read = await reading;
      if (read.status === 'read') expect(read.usage).toEqual(billed);
      else expect(read.status).toBe('missing');
    }
  });

  it('an upstream that breaks off after any byte: the caller sees it, and never too little', async () => {
    const bytes = eachByte(toBytes(text));
    for (let end = 0; end <= bytes.length; end += 7) {
      const { body, reading } = metered(api, [...bytes.slice(0, end), 'breaks']);
      await expect(collect(body)).rejects.toMatchObject({ failure: 'failed' });
      const read = await reading;
      if (read.status === 'read') expect(read.usage).toEqual(billed);
      else expect(read.status).toBe('missing');
    }
  });
});

describe('behind a caller that left', () => {
  const { events, body: text } = answer(CHAT, true, { text: TEXT });
  const steps = events.map(toBytes);

  it('no more is read than the bound of bytes; then the connection is closed', async () => {
    const first = steps[0]?.length ?? 0;
    const bound = { ...BOUND, bytes: first };
    const { body, reading, upstream, timer } = metered(CHAT, steps, bound);
    body.destroy();
    expect((await reading).status).toBe('missing');
    expect(upstream).toMatchObject({ asked: 2, destroyed: 1 });
    await Promise.resolve();
    expect(timer.cancelled).toBe(1);
  });

  it('an upstream that hangs is closed at the bound of time, and the usage is known to be missing', async () => {
    const { body, reading, upstream, timer } = metered(CHAT, [...steps.slice(0, 2), 'hangs']);
    await leaveAfter(body, 1);
    timer.fire();
    expect((await reading).status).toBe('missing');
    expect(upstream.destroyed).toBe(1);
  });

  it('leaving in the midst of a read loses none of its bytes', async () => {
    const { body, reading } = metered(CHAT, steps);
    const chunks = body[Symbol.asyncIterator]();
    const underWay = chunks.next();
    body.destroy();
    await underWay;
    expect((await reading).status).toBe('read');
  });

  it('leaving by a break, by an error, or twice, is leaving', async () => {
    const broken = metered(CHAT, steps);
    for await (const _ of broken.body) break;
    expect((await broken.reading).status).toBe('read');
    const twice = metered(CHAT, steps);
    twice.body.destroy();
    twice.body.destroy();
    expect((await twice.reading).status).toBe('read');
    await expect(collect(twice.body)).rejects.toMatchObject({ failure: 'aborted' });
    await expect(twice.body.bytes()).rejects.toMatchObject({ failure: 'aborted' });
  });

  it('nothing is read ahead of a caller that is slow', async () => {
    const { body, upstream } = metered(CHAT, steps);
    await body[Symbol.asyncIterator]().next();
    expect(upstream.asked).toBe(1);
  });

  it('leaving after the end is nothing', async () => {
    const { body, reading, upstream, timer } = metered(CHAT, [toBytes(text)]);
    await collect(body);
    body.destroy();
    expect((await reading).status).toBe('read');
    expect(upstream.destroyed).toBe(0);
    expect(timer.ms).toBe(0);
  });
});

describe('a plain answer that is read whole', () => {
  const { body: text, billed } = answer(CHAT, false, { text: TEXT });
  const plain = (steps: Step[]) => {
    const upstream = bodyOf(steps);
    const meter = meterPlain(CHAT.format, TERMS);
    return { upstream, ...meterBody(upstream, meter, BOUND, manualTimer().after) };
  };

  it('is the same bytes, and the usage is known with them', async () => {
    const { body, reading } = plain(cutAt(toBytes(text), [10, 200]));
    expect(toText([await body.bytes()])).toBe(text);
    expect(await reading).toEqual({ status: 'read', usage: billed });
  });

  it('that breaks off has said nothing', async () => {
    const { body, reading } = plain([toBytes(text.slice(0, -1)), 'breaks']);
    await expect(body.bytes()).rejects.toMatchObject({ failure: 'failed' });
    expect((await reading).status).toBe('missing');
  });

  it('whose caller leaves meanwhile is read all the same', async () => {
    const { body, reading, upstream } = plain([toBytes(text)]);
    const bytes = body.bytes();
    body.destroy();
    expect(toText([await bytes])).toBe(text);
    expect(await reading).toEqual({ status: 'read', usage: billed });
    // Once, and by one reader.
    expect(upstream.asked).toBe(1);
  });
});
