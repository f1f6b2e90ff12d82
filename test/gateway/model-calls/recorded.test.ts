import { beforeAll, describe, expect, it } from 'vitest';
import type { RecordedAnswer } from '../../recorded/answer.js';
import { append, keep, openConversation } from '../../recorded/history.js';
import { ANSWERS } from '../../recorded/index.js';
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
      expect(chargedMicros).toBeGreaterThanOrEqual(billedMicros);
      expect(heldMicros).toBeGreaterThanOrEqual(chargedMicros);
      if (!next.isHosted && next.extent === 'bytes') {
        expect(heldMicros).toBeLessThanOrEqual(6 * fullMicros + 10_000);
      }
    }
  });
});
