import { meterEvents, meterPlain } from '../../../gateway/stream/meter.js';
import type { AnswerFormat, Reading, ReadingTerms } from '../../../gateway/stream/reading.js';
import { toBytes } from '../stream/bytes.js';

const TERMS: ReadingTerms = { most: { input: 10_000, output: 10_000 }, mayWriteLong: true };

/** What is read of a plain answer. */
export function readPlain(
  format: AnswerFormat,
  answer: object | string,
  terms: Partial<ReadingTerms> = {},
): Reading {
  const meter = meterPlain(format, { ...TERMS, ...terms });
  meter.push(toBytes(typeof answer === 'string' ? answer : JSON.stringify(answer)));
  meter.end();
  return meter.reading();
}

/** What is read of a stream of these events' data. */
export function readEvents(
  format: AnswerFormat,
  events: readonly (object | string)[],
  terms: Partial<ReadingTerms> = {},
): Reading {
  const meter = meterEvents(format, { ...TERMS, ...terms, hidesUsageEvent: false });
  for (const one of events) {
    const data = typeof one === 'string' ? one : JSON.stringify(one);
    meter.push(toBytes(`data: ${data}\n\n`));
  }
  meter.end();
  return meter.reading();
}
