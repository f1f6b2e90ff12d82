import { PLAIN_ANSWER, type RecordedAnswer } from '../answer.js';
import { type ChatGiven, completionOf } from '../openai/chat-message.js';
import { chunksOf } from '../openai/chat-stream.js';

interface Given {
  readonly provider: string;
  readonly label: string;
  readonly model: string;
  readonly message: object;
  readonly finish?: ChatGiven['finish'];
  /** What the provider says beside the message, in its choice. */
  readonly choice?: object;
  /** The same, beside the choices; `usage` in place of OpenAI's. */
  readonly fields?: object;
  /** OpenAI's fields that this provider does not send. */
  readonly lacks?: readonly string[];
  readonly more?: Partial<RecordedAnswer>;
}

/** A chat completion as a server sends it that speaks OpenAI's API and adds fields of its own. */
export function chatOf(given: Given): RecordedAnswer {
  const { provider, label, model, message, finish = 'stop', more } = given;
  const { choices, ...base } = completionOf([{ message, finish }]);
  const lacks = new Set(['moderation', ...(given.lacks ?? [])]);
  const said = Object.entries({ ...base, model, ...given.fields });
  const own = Object.fromEntries(said.filter(([name]) => !lacks.has(name)));
  const plain = { ...own, choices: choices.map((one) => ({ ...one, ...given.choice })) };
  const events = chunksOf({ ...own, choices }).map(({ obfuscation: _, ...chunk }) => ({
    ...chunk,
    choices: (chunk['choices'] as object[]).map((one) => ({ ...one, ...given.choice })),
  }));
  return {
    ...PLAIN_ANSWER,
    name: `${provider}/${label}`,
    api: 'chat',
    model,
    plain,
    events,
    ...more,
  };
}

export const ANSWER =
  'Ada Lovelace wrote the first published program, for a machine that was never built.';
export const THOUGHT =
  'The user asks for the first program. Note G of 1843 has one for Bernoulli numbers, so the answer is Ada Lovelace.';
export const CALL = {
  id: 'call_68f5',
  type: 'function' as const,
  function: { name: 'look_up', arguments: '{"name":"Ada Lovelace"}' },
};
export const CALLED = {
  asks: {
    tools: [
      {
        type: 'function',
        function: {
          name: 'look_up',
          parameters: { type: 'object', properties: { name: { type: 'string' } } },
        },
      },
    ],
  },
  results: [{ role: 'tool', tool_call_id: CALL.id, content: 'Ada Lovelace, born 1815.' }],
};
