import { describe, expect, it } from 'vitest';
import { meterAnswer } from '../../../gateway/stream/meter.js';
import { fc, runs } from '../../support/property.js';
import { cutAt, eachByte, positions, toBytes, toText } from './bytes.js';
import { APIS, answer, CHAT, TERMS } from './streams.js';

const OPTIONS = { ...TERMS, hidesUsageEvent: false };
const space = fc.stringMatching(/^[ \n\r\t]{0,5}$/);

describe.each(APIS)('%s: what an answer is, is found by its bytes', (_, api) => {
  it.each([
    ['document', false],
    ['events', true],
  ] as const)('a %s, with spaces before it, however it is cut', (kind, isStream) => {
    const { body, billed } = answer(api, isStream, { text: 'Hello, world' });
    fc.assert(
      fc.property(space, fc.boolean(), positions, (before, hasMark, cuts) => {
        const text = `${hasMark ? '\ufeff' : ''}${before}${body}`;
        for (const pieces of [cutAt(toBytes(text), cuts), eachByte(toBytes(text))]) {
          const meter = meterAnswer(api.format, OPTIONS);
          expect(meter.kind).toBeUndefined();
          const out = pieces.flatMap((piece) => meter.push(piece));
          expect(toText([...out, ...meter.end()])).toBe(text);
          expect([meter.kind, meter.reading()]).toEqual([kind, { status: 'read', usage: billed }]);
        }
      }),
      { numRuns: runs(40) },
    );
  });

  it('an empty one says nothing', () => {
    const meter = meterAnswer(api.format, OPTIONS);
    meter.push(toBytes(' \n'));
    meter.end();
    expect([meter.kind, meter.reading().status, meter.ids()]).toEqual([undefined, 'missing', []]);
    expect(meter.facts()).toMatchObject({ models: [], statedUsd: undefined });
  });
});

it('a stream may begin with any of its lines', () => {
  const { body } = answer(CHAT, true, { text: 'Hi' });
  for (const before of [': ping\n\n', 'event: x\n', 'id: 1\n', 'retry: 100\n\n', '\n\n']) {
    const meter = meterAnswer(CHAT.format, OPTIONS);
    meter.push(toBytes(before + body));
    meter.end();
    expect([meter.kind, meter.reading().status]).toEqual(['events', 'read']);
  }
});
