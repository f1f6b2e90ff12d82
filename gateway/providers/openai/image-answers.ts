import { NO_USAGE, type Usage } from '../../../src/pricing/usage.js';
import type { JsonSkim } from '../../../src/text/json-skim.js';
import { keep, object } from '../../../src/text/json-wish.js';
import type { AnswerFormat, AnswerReader } from '../../stream/reading.js';
import {
  readCount,
  readCountOr,
  readFields,
  readFieldsOr,
  refuseTokens,
  subtract,
} from '../counts.js';
import { isAbsent, mustBeReadable, UsageRecord } from '../usage-record.js';

/** No text is measured, since none is put out. */
const ANY_TOKEN_BYTES = 1;

/**
 * `POST /v1/images/generations`, by models that are billed by their tokens. The images go by unread. In
 * a stream the usage stands in the event of the finished image.
 */
export const imageAnswers: AnswerFormat = {
  plainWish: object({ usage: keep('usage') }),
  eventWish: object({ type: keep('type'), usage: keep('usage') }),
  begin: (terms): AnswerReader => {
    const record = new UsageRecord(terms, ANY_TOKEN_BYTES);
    const take = (document: JsonSkim): void => {
      if (isAbsent(document, 'usage')) return;
      record.offer(() => {
        mustBeReadable(document);
        return readImageUsage(document.kept('usage'));
      });
      record.end();
    };
    return {
      plain: take,
      event: (document) => {
        const isWhole = document.kept('type') === 'image_generation.completed';
        if (isWhole || document.isUnreadable) take(document);
        return false;
      },
      done: () => {},
      reading: () => record.reading(),
    };
  },
};

/**
 * OpenAI API reference, `ImagesResponse.Usage`. Text that a model puts out beside its image costs as
 * the image does here, which is dearer. Images that come in have a price of their own, and none here.
 * @throws {MalformedUsage}
 */
function readImageUsage(value: unknown): Usage {
  const usage = readFields(value, 'usage');
  const details = readFieldsOr(usage['input_tokens_details'], 'input_tokens_details');
  refuseTokens(details, ['image_tokens']);
  const input = readCount(usage, 'input_tokens');
  const output = readCount(usage, 'output_tokens');
  const cachedInput = readCountOr(details, 'cached_tokens') ?? 0;
  const total = readCountOr(usage, 'total_tokens') ?? 0;
  return {
    ...NO_USAGE,
    input: subtract(input, cachedInput, 'input tokens'),
    cachedInput,
    // What the total has beyond its parts is not named: it counts as what is dearer.
    output: output + Math.max(0, total - input - output),
  };
}
