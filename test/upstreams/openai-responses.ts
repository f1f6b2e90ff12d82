import type { Response, ResponseUsage } from 'openai/resources/responses/responses';
import type { Usage } from '../../src/pricing/usage.js';
import type { Item } from '../recorded/openai/response.js';
import { responseOf, type WireResponse } from '../recorded/openai/response.js';
import { eventsOf } from '../recorded/openai/response-stream.js';
import { plainText } from '../recorded/openai/text.js';
import type { Whole } from '../recorded/whole.js';
import { event, plain, type StubAnswer, stream } from './answer.js';
import { encryptedOf, idOf } from './ids.js';
import { type Asked, inputOf, type Said, type Script, say, textOf } from './said.js';

interface ResponsesRequest {
  readonly model: string;
  readonly input?: string | readonly { readonly content?: unknown }[];
  readonly instructions?: string;
  readonly stream?: boolean;
  readonly max_output_tokens?: number;
  readonly previous_response_id?: string;
  readonly include?: readonly string[];
  readonly store?: boolean;
  readonly tools?: readonly { readonly type: string; readonly name?: string }[];
  readonly text?: Response['text'];
}

/** `POST /v1/responses`, as OpenAI answers it: with every field that it sends. */
export function answerResponses(
  request: ResponsesRequest,
  script: (asked: Asked) => Script,
): StubAnswer {
  const { input = '' } = request;
  const messages = typeof input === 'string' ? [{ content: input }] : input;
  const asked: Asked = {
    model: request.model,
    input: [request.instructions ?? '', ...messages.map(({ content }) => textOf(content))].join(''),
    tools: request.tools?.flatMap(({ name }) => name ?? []) ?? [],
    maxOutput: request.max_output_tokens ?? Number.POSITIVE_INFINITY,
    choices: 1,
  };
  const said = say(asked, script(asked));
  const response = finished(request, said);
  if (request.stream !== true) return plain(response, said.billed);
  return stream(
    eventsOf(response).map((one) => event(one, String(one['type']))),
    said.billed,
  );
}

function finished(request: ResponsesRequest, said: Said): Whole<WireResponse> & Beyond {
  const { isCutShort } = said;
  return {
    ...responseOf([
      ...thoughtItems(request, said),
      ...hostedItems(said.billed),
      answerItem(request, said),
    ]),
    id: idOf('resp_', request),
    created_at: 1_750_000_000,
    completed_at: isCutShort ? null : 1_750_000_001,
    status: isCutShort ? 'incomplete' : 'completed',
    incomplete_details: isCutShort ? { reason: 'max_output_tokens' } : null,
    instructions: request.instructions ?? null,
    max_output_tokens: request.max_output_tokens ?? null,
    metadata: {},
    model: request.model,
    previous_response_id: request.previous_response_id ?? null,
    service_tier: said.billed.tier as 'default',
    text: (request.text as WholeText) ?? { format: { type: 'text' }, verbosity: 'medium' },
    usage: toResponseUsage(said.billed),
    billing: { payer: 'developer' },
    max_tool_calls: null,
    store: request.store ?? true,
  };
}

type WholeText = Whole<WireResponse>['text'];

/** What OpenAI sends, and the SDK's types do not have. */
interface Beyond {
  readonly billing: { readonly payer: string };
  readonly max_tool_calls: number | null;
  readonly store: boolean;
}

/** What the model thought: kept by the provider, unless the caller asks to have it encrypted. */
function thoughtItems(request: ResponsesRequest, { thought }: Said): Item[] {
  if (thought === undefined) return [];
  const isAsked = request.include?.includes('reasoning.encrypted_content') === true;
  return [
    {
      type: 'reasoning',
      id: idOf('rs_', request),
      status: 'completed',
      summary: [{ type: 'summary_text', text: thought }],
      content: [],
      encrypted_content: isAsked ? encryptedOf(thought) : null,
    },
  ];
}

/** One item for each run of OpenAI's own tools. */
function hostedItems({ serverTools }: Usage): Item[] {
  return Array.from({ length: serverTools['web_search'] ?? 0 }, (_, n) => ({
    type: 'web_search_call',
    id: `ws_${n}`,
    status: 'completed',
    action: { type: 'search', query: 'stub', queries: ['stub'], sources: [] },
  }));
}

function answerItem(request: ResponsesRequest, { toolCall, pieces }: Said): Item {
  if (toolCall !== undefined) {
    // `namespace` is there only where the tool has one.
    return {
      type: 'function_call',
      id: idOf('fc_', request),
      call_id: idOf('call_', request),
      status: 'completed',
      name: toolCall.name,
      arguments: toolCall.inputPieces.join(''),
      caller: null,
    } as Item;
  }
  return {
    type: 'message',
    id: idOf('msg_', request),
    role: 'assistant',
    status: 'completed',
    phase: 'final_answer',
    content: [plainText(pieces.join(''))],
  };
}

function toResponseUsage(usage: Usage): ResponseUsage {
  const input = inputOf(usage);
  const output = usage.output + usage.reasoning;
  return {
    input_tokens: input,
    input_tokens_details: {
      cached_tokens: usage.cachedInput,
      cache_write_tokens: usage.cacheWrite,
    },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: usage.reasoning },
    total_tokens: input + output,
  };
}
