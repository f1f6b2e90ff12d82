import { beforeAll, describe, expect, it } from 'vitest';
import type { RecordedAnswer } from '../../recorded/answer.js';
import { append, keep, openConversation } from '../../recorded/history.js';
import { ANSWERS } from '../../recorded/index.js';
import { AUDIO_ANSWER } from '../../recorded/openai/chat.js';
import { mayRun } from '../../recorded/runs.js';
import { askNext, openRecordedRig, type RecordedRig } from './recorded-rig.js';

const QUESTION = 'Who wrote the first published computer program, and when was she born?';

let rig: RecordedRig;
beforeAll(async () => {
  rig = await openRecordedRig();
});

/** An answer of the same API in which nothing ran at the provider. */
function plainOf({ api }: RecordedAnswer): RecordedAnswer {
  const plain = ANSWERS.find((one) => one.api === api && !one.isHosted);
  if (plain === undefined) throw new Error(`no plain answer of ${api}`);
  return plain;
}

const CASES = ANSWERS.flatMap((answer) =>
  [false, true].map((stream) => [answer.name, stream ? 'streamed' : 'plain', answer] as const),
);

/** Work of a kind that no price list knows: the hold is charged. */
const UNPRICED = new Set(['responses/beta multi_agent_call']);

describe('an answer comes back as history', () => {
  it.each(CASES)('%s, %s', async (_name, form, answer) => {
    const asking = { stream: form === 'streamed', limit: 2_048 };
    const opened = openConversation(answer.api, answer.model, QUESTION);
    const { kept } = await keep(answer);
    expect(kept.length).toBeGreaterThan(0);
    for (const one of kept) {
      const next = append(opened, answer, one, QUESTION);
      const outcome = await askNext(rig, next, mayRun(answer) ? answer : plainOf(answer), asking);
      if (outcome.status === 'refused') throw new Error(outcome.why);
      const { heldMicros, chargedMicros, billedMicros, fullMicros } = outcome;
      if (UNPRICED.has(answer.name)) expect(chargedMicros).toBe(heldMicros);
      else expect(chargedMicros).toBe(billedMicros);
      expect(heldMicros).toBeGreaterThanOrEqual(chargedMicros);
      if (!next.isHosted && next.extent === 'bytes') {
        expect(heldMicros).toBeLessThanOrEqual(6 * fullMicros + 10_000);
      }
    }
  });

  it('reasoning that the provider keeps is held by what was seen of it', async () => {
    const own = await openRecordedRig();
    const answer = ANSWERS.find(({ name }) => name === 'responses/reasoning kept by the provider');
    if (answer === undefined) throw new Error('no such answer is recorded');
    const asking = { stream: false, limit: 2_048 };
    const opened = openConversation('responses', answer.model, QUESTION);
    const { kept } = await keep(answer);
    const next = append(opened, answer, kept[0], QUESTION);
    const unseen = await askNext(own, next, answer, asking);
    // The same id is known by now: so much was put out under it, and no more.
    const seen = await askNext(own, next, answer, asking);
    if (unseen.status === 'refused' || seen.status === 'refused') throw new Error('refused');
    expect(seen.heldMicros).toBeLessThan(unseen.heldMicros / 4);
    expect(seen.heldMicros).toBeGreaterThanOrEqual(seen.chargedMicros);
    expect(seen.heldMicros).toBeLessThanOrEqual(6 * seen.fullMicros + 10_000);
  });

  it('sound is refused by name: it has prices of its own', async () => {
    const opened = openConversation('chat', AUDIO_ANSWER.model, QUESTION);
    const { kept } = await keep(AUDIO_ANSWER);
    const next = append(opened, AUDIO_ANSWER, kept[0], QUESTION);
    const outcome = await askNext(rig, next, AUDIO_ANSWER, { stream: false, limit: 2_048 });
    expect(outcome).toMatchObject({
      status: 'refused',
      why: expect.stringContaining('"param":"messages[1].audio"'),
    });
  });
});
