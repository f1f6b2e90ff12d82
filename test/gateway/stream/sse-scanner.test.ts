import { describe, expect, it } from 'vitest';
import { SseScanner } from '../../../gateway/stream/sse-scanner.js';
import { fc, runs } from '../../support/property.js';
import { cutAt, eachByte, positions, toBytes } from './bytes.js';

/** The data of each event, and the bytes behind which it ended. */
function scan(pieces: readonly Uint8Array[]): { data: (string | undefined)[]; ends: number[] } {
  const data: (string | undefined)[] = [];
  const ends: number[] = [];
  let event: Uint8Array[] | undefined;
  let before = 0;
  const scanner = new SseScanner({
    data: (bytes, start, end) => {
      event ??= [];
      event.push(bytes.slice(start, end));
    },
    event: (end) => {
      data.push(event && Buffer.concat(event).toString('utf8'));
      ends.push(before + end);
      event = undefined;
    },
    again: () => -1,
    lateLineFeed: () => {
      ends.push((ends.pop() ?? 0) + 1);
    },
  });
  for (const piece of pieces) {
    scanner.scan(piece);
    before += piece.length;
  }
  return { data, ends };
}

/** The comments, with their lines' ends, as far as those come with them. */
function comments(pieces: readonly Uint8Array[]): string {
  const found: Uint8Array[] = [];
  let under: Uint8Array = new Uint8Array();
  const scanner = new SseScanner({
    data: () => {},
    event: () => {},
    again: () => -1,
    comment: (start, end) => {
      found.push(under.slice(start, end));
    },
    lateLineFeed: () => {},
  });
  for (const piece of pieces) {
    under = piece;
    scanner.scan(piece);
  }
  return Buffer.concat(found).toString('utf8');
}

/** What the standard says, line by line over the whole text. */
function byTheBook(text: string): (string | undefined)[] {
  const events: (string | undefined)[] = [];
  let data: string[] = [];
  const lines = text.replace(/^\ufeff/, '').split(/\r\n|\n|\r/);
  for (const line of lines.slice(0, -1)) {
    if (line === '') {
      // An empty data line is no piece of anything: the scanner tells of pieces alone.
      events.push(data.join('\n') === '' ? undefined : data.join('\n'));
      data = [];
    } else if (line.startsWith('data:')) data.push(line.slice(5).replace(/^ /, ''));
  }
  return events;
}

const line = fc.oneof(
  fc.constantFrom(
    '',
    '',
    'data: [DONE]',
    'data:',
    'data',
    'data: {"a":1}',
    ': comment',
    'dat',
    'id: 1',
  ),
  fc.string({ unit: fc.constantFrom('d', 'data:', ' ', ':', 'é', '😀', '\ufeff', 'x') }),
);
const stream = fc
  .array(fc.tuple(line, fc.constantFrom('\n', '\r\n', '\r')), { maxLength: 20 })
  .map((lines) => lines.flat().join(''));

describe('the events of a stream', () => {
  it('are those of the standard, wherever the bytes are cut', () => {
    fc.assert(
      fc.property(stream, positions, (text, cuts) => {
        const bytes = toBytes(text);
        // A CR at the very end might be half of a CR LF, but it ends its line in any case.
        const expected = byTheBook(text);
        const whole = scan([bytes]);
        expect(whole.data).toEqual(expected);
        expect(scan(cutAt(bytes, cuts))).toEqual(whole);
        expect(scan(eachByte(bytes))).toEqual(whole);
      }),
      { numRuns: runs(1_000) },
    );
  });

  it('end behind their blank line, whichever way it is written', () => {
    expect(scan([toBytes('data: 1\n\ndata: 2\r\n\r\ndata: 3\r\rdata: 4')]).ends).toEqual([
      9, 20, 29,
    ]);
  });

  it('a byte order mark before the first is not part of it', () => {
    expect(scan([toBytes('\ufeffdata: 1\n\n')]).data).toEqual(['1']);
  });

  it('have comments, which are told as they come, whole lines and parts of one', () => {
    fc.assert(
      fc.property(stream, positions, (text, cuts) => {
        const lines = text.replace(/^\ufeff/, '').split(/\r\n|\n|\r/);
        const expected = lines.filter((one) => one.startsWith(':')).join('');
        const bytes = toBytes(text);
        for (const pieces of [[bytes], cutAt(bytes, cuts), eachByte(bytes)]) {
          // With the mark before them all, which is no part of an event either.
          const told = comments(pieces)
            .replace(/[\r\n]/g, '')
            .replace(/^\ufeff/, '');
          expect(told).toBe(expected);
        }
      }),
      { numRuns: runs(500) },
    );
  });
});
