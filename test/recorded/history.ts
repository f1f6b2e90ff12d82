import type { Extent, RecordedAnswer, RecordedApi } from './answer.js';
import { readBySdk, WAYS } from './read.js';

/** An answer with what programs keep of it: one history for each way of reading that differs. */
export interface KeptAnswer {
  readonly answer: RecordedAnswer;
  readonly kept: readonly unknown[];
}

/** Reads an answer in every way that its SDK can read it. */
export async function keep(answer: RecordedAnswer): Promise<KeptAnswer> {
  const read = await Promise.allSettled(WAYS.map((way) => readBySdk(answer, way)));
  const texts = read.flatMap((one) =>
    one.status === 'fulfilled' ? [JSON.stringify(one.value)] : [],
  );
  return { answer, kept: [...new Set(texts)].map((text) => JSON.parse(text) as unknown) };
}

/** A conversation as a client keeps it, and sends it whole with every request. */
export interface Conversation {
  readonly api: RecordedApi;
  readonly model: string;
  /** Messages or items, oldest first. */
  readonly history: readonly object[];
  readonly asks: Readonly<Record<string, unknown>>;
  readonly betas: readonly string[];
  readonly isHosted: boolean;
  readonly extent: Extent;
}

export function openConversation(api: RecordedApi, model: string, question: string): Conversation {
  const history = [{ role: 'user', content: question }];
  return { api, model, history, asks: {}, betas: [], isHosted: false, extent: 'bytes' };
}

/** The next turn: the answer as it was kept, what the client's tools answered, and the next question. */
export function append(
  before: Conversation,
  answer: RecordedAnswer,
  kept: unknown,
  question: string | undefined,
): Conversation {
  return {
    ...before,
    history: [...before.history, ...turn(answer, kept, question)],
    asks: mergeAsks(before.asks, answer.asks),
    betas: [...new Set([...before.betas, ...answer.betas])],
    isHosted: before.isHosted || answer.isHosted,
    extent: answer.extent === 'reference' ? 'reference' : before.extent,
  };
}

function turn(answer: RecordedAnswer, kept: unknown, question: string | undefined): object[] {
  const { api, results } = answer;
  const asked = question === undefined ? [] : [{ role: 'user', content: question }];
  switch (api) {
    case 'chat':
      return [kept as object, ...results, ...asked];
    case 'responses':
      return [...(kept as object[]), ...results, ...asked];
    case 'messages': {
      const said = { role: 'assistant', content: kept };
      // A message that paused is sent as it is, and goes on.
      if (answer.plain['stop_reason'] === 'pause_turn') return [said];
      const text = question === undefined ? [] : [{ type: 'text', text: question }];
      const content = [...results, ...text];
      return content.length === 0 ? [said] : [said, { role: 'user', content }];
    }
  }
}

/** Tools of all turns, each once; of other fields the last one. */
function mergeAsks(before: Conversation['asks'], next: Conversation['asks']): Conversation['asks'] {
  const tools = [before['tools'], next['tools']].flatMap((list) => (list ?? []) as object[]);
  const merged = { ...before, ...next };
  if (tools.length === 0) return merged;
  const texts = new Set(tools.map((tool) => JSON.stringify(tool)));
  return { ...merged, tools: [...texts].map((text) => JSON.parse(text) as object) };
}

export interface NextRequest {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;
}

const SHAPES = {
  chat: { path: '/v1/chat/completions', history: 'messages', limit: 'max_completion_tokens' },
  responses: { path: '/v1/responses', history: 'input', limit: 'max_output_tokens' },
  messages: { path: '/v1/messages', history: 'messages', limit: 'max_tokens' },
} as const;

/** The request of the next turn. @param limit of the output; undefined where the client states none */
export function requestOf(
  conversation: Conversation,
  { stream, limit }: { readonly stream: boolean; readonly limit: number | undefined },
): NextRequest {
  const { api, model, history, asks, betas } = conversation;
  const shape = SHAPES[api];
  const header = api === 'messages' ? 'anthropic-beta' : 'openai-beta';
  return {
    path: shape.path,
    headers: betas.length === 0 ? {} : { [header]: betas.join(',') },
    body: {
      model,
      [shape.history]: history,
      ...asks,
      ...(limit === undefined ? {} : { [shape.limit]: limit }),
      ...(stream ? { stream } : {}),
    },
  };
}

/** The limit of the output that such a request states. */
export function limitOf(api: RecordedApi, body: Readonly<Record<string, unknown>>): number {
  return Number(body[SHAPES[api].limit]);
}
