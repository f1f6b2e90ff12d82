import { beforeAll, describe, expect, it } from 'vitest';
import type { RecordedAnswer } from '../../recorded/answer.js';
import {
  append,
  type Conversation,
  type KeptAnswer,
  keep,
  openConversation,
} from '../../recorded/history.js';
import { ANSWERS } from '../../recorded/index.js';
import { mayRun } from '../../recorded/runs.js';
import { fc, runs } from '../../support/property.js';
import { askNext, openRecordedRig, type RecordedRig } from './recorded-rig.js';

/** Of one API and model: a conversation is with one. */
const PROVIDERS = [...new Set(ANSWERS.map(({ api, model }) => `${api} ${model}`))];

let rig: RecordedRig;
let read: readonly KeptAnswer[];
beforeAll(async () => {
  rig = await openRecordedRig();
  read = await Promise.all(ANSWERS.map(keep));
});

const question = fc.oneof(
  fc.constant('And then?'),
  fc.lorem({ maxCount: 60 }),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 80 }),
);

const turn = fc.record({
  answer: fc.nat(),
  way: fc.nat(),
  question,
  stream: fc.boolean(),
  limit: fc.constantFrom(undefined, 256, 2_048, 16_000),
  cached: fc.constantFrom(undefined, '5m', '1h'),
});

type Turn = typeof turn extends fc.Arbitrary<infer T> ? T : never;

/** Anthropic's mark on the last message, as agents set it. */
function cacheAt(conversation: Conversation, ttl: Turn['cached']): Conversation {
  if (conversation.api !== 'messages' || ttl === undefined) return conversation;
  const cache_control = { type: 'ephemeral', ttl };
  return { ...conversation, asks: { ...conversation.asks, cache_control } };
}

/** What the provider may answer: none of its tools run that the request does not have. */
function answerTo(conversation: Conversation, wished: RecordedAnswer): RecordedAnswer {
  const { api, model, asks } = conversation;
  if (mayRun({ ...wished, asks })) return wished;
  const others = ANSWERS.filter((one) => one.api === api && one.model === model);
  return others.find(({ isHosted }) => !isHosted) ?? wished;
}

describe('several turns of recorded answers', () => {
  it.each(PROVIDERS)('%s', async (provider) => {
    const own = read.filter(({ answer: { api, model } }) => `${api} ${model}` === provider);
    const [first] = own;
    if (first === undefined) throw new Error(`no answers of ${provider}`);
    const { api, model } = first.answer;
    const talk = async (turns: readonly Turn[], asked: string) => {
      let conversation = openConversation(api, model, asked);
      for (const { answer, way, question, stream, limit, cached } of turns) {
        const { answer: recorded, kept } = own[answer % own.length] ?? first;
        const next = append(conversation, recorded, kept[way % kept.length], question);
        const marked = cacheAt(next, cached);
        const outcome = await askNext(rig, marked, answerTo(marked, recorded), { stream, limit });
        if (outcome.status === 'refused') throw new Error(`${recorded.name}: ${outcome.why}`);
        const { heldMicros, chargedMicros, billedMicros, fullMicros } = outcome;
        expect(chargedMicros, 'charged').toBeGreaterThanOrEqual(billedMicros);
        expect(heldMicros, 'held').toBeGreaterThanOrEqual(chargedMicros);
        if (!marked.isHosted && marked.extent === 'bytes') {
          expect(heldMicros, 'held').toBeLessThanOrEqual(6 * fullMicros + 10_000);
        }
        conversation = next;
      }
    };
    await fc.assert(
      fc.asyncProperty(fc.array(turn, { minLength: 1, maxLength: 4 }), question, talk),
      { numRuns: runs(25) },
    );
  });
});
