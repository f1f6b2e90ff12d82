import { beforeAll, describe, expect, it } from 'vitest';
import type { RecordedApi } from '../../recorded/answer.js';
import { openConversation, requestOf } from '../../recorded/history.js';
import { ANSWERS, RECORDED_ERRORS, STREAM_ERRORS } from '../../recorded/index.js';
import { streamOf } from '../../recorded/wire.js';
import { call, openRecordedRig, type RecordedRig } from './recorded-rig.js';

let rig: RecordedRig;
beforeAll(async () => {
  rig = await openRecordedRig();
});

function request(api: RecordedApi, stream: boolean, served?: string) {
  const model = served ?? ANSWERS.find((one) => one.api === api)?.model ?? '';
  return requestOf(openConversation(api, model, 'Who was it?'), { stream, limit: 2_048 });
}

const ERRORS = RECORDED_ERRORS.flatMap((error) =>
  error.apis.flatMap((api) =>
    [false, true].map((stream) => [error.name, api, stream ? 'streamed' : 'plain', error] as const),
  ),
);

describe('an error that came before any output', () => {
  it.each(ERRORS)('%s, %s, %s', async (_name, api, form, { status, body, isBilled }) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const contentType = typeof body === 'string' ? 'text/html' : 'application/json';
    const { heldMicros, chargedMicros, ...answer } = await call(
      rig,
      request(api, form === 'streamed'),
      () => ({ status, contentType, pieces: [text] }),
    );
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(heldMicros).toBeGreaterThan(0);
    expect(chargedMicros).toBe(isBilled ? heldMicros : 0);
  });
});

/** As its events name it: the model that was asked for serves. */
function modelIn(events: readonly object[]): string | undefined {
  return events.flatMap((event) => ('model' in event ? [String(event.model)] : []))[0];
}

describe('an error inside of a stream', () => {
  it.each(STREAM_ERRORS.map((error) => [error.name, error] as const))(
    '%s: what was used by then is charged, or the hold',
    async (_name, { api, events }) => {
      const { heldMicros, chargedMicros, status } = await call(
        rig,
        request(api, true, modelIn(events)),
        () => ({
          status: 200,
          ...streamOf(api, events),
        }),
      );
      expect(status).toBe(200);
      expect(chargedMicros).toBeGreaterThan(0);
      expect(chargedMicros).toBeLessThanOrEqual(heldMicros);
    },
  );
});
