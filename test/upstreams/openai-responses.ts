import type {
  Response,
  ResponseOutputItem,
  ResponseOutputMessage,
  ResponseStreamEvent,
  ResponseUsage,
} from 'openai/resources/responses/responses';
import type { Usage } from '../../src/pricing/usage.js';
import { event, plain, type StubAnswer, stream } from './answer.js';
import { type Asked, inputOf, type Said, type Script, say, textOf } from './said.js';

interface ResponsesRequest {
  readonly model: string;
  readonly input?: string | readonly { readonly content?: unknown }[];
  readonly instructions?: string;
  readonly stream?: boolean;
  readonly max_output_tokens?: number;
  readonly tools?: readonly { readonly type: string; readonly name?: string }[];
  readonly text?: Response['text'];
}

type Unnumbered<E> = E extends unknown ? Omit<E, 'sequence_number'> : never;

/** `POST /v1/responses`, as OpenAI answers it. */
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
  if (request.stream !== true) return plain(finished(request, said), said.billed);
  return stream(
    events(request, said).map((one, n) => event({ ...one, sequence_number: n }, one.type)),
    said.billed,
  );
}

const ITEM_ID = 'item_stub';

function started(request: ResponsesRequest): Omit<Response, 'output_text'> {
  return {
    id: 'resp_stub',
    object: 'response',
    created_at: 1_750_000_000,
    status: 'in_progress',
    error: null,
    incomplete_details: null,
    instructions: request.instructions ?? null,
    max_output_tokens: request.max_output_tokens ?? null,
    metadata: {},
    model: request.model,
    output: [],
    parallel_tool_calls: true,
    temperature: 1,
    text: request.text ?? { format: { type: 'text' } },
    tool_choice: 'auto',
    tools: [],
    top_p: 1,
  };
}

function finished(request: ResponsesRequest, said: Said): Response {
  return {
    ...started(request),
    status: said.isCutShort ? 'incomplete' : 'completed',
    incomplete_details: said.isCutShort ? { reason: 'max_output_tokens' } : null,
    output: [...hostedItems(said.billed), answerItem(said, 'completed')],
    service_tier: said.billed.tier as 'default',
    usage: toResponseUsage(said.billed),
    // The API does not send it: the SDK puts it together.
  } as Response;
}

/** One item for each run of OpenAI's own tools. */
function hostedItems({ serverTools }: Usage): ResponseOutputItem[] {
  return Array.from({ length: serverTools['web_search'] ?? 0 }, (_, n) => ({
    type: 'web_search_call',
    id: `ws_${n}`,
    status: 'completed',
    action: { type: 'search', query: 'stub' },
  })) as ResponseOutputItem[];
}

function answerItem(said: Said, status: 'in_progress' | 'completed'): ResponseOutputItem {
  const isOver = status === 'completed';
  const { toolCall } = said;
  if (toolCall !== undefined) {
    const written = isOver ? toolCall.inputPieces.join('') : '';
    const call = { type: 'function_call' as const, id: ITEM_ID, call_id: 'call_stub', status };
    return { ...call, name: toolCall.name, arguments: written };
  }
  const message: ResponseOutputMessage = {
    type: 'message',
    id: ITEM_ID,
    role: 'assistant',
    status,
    content: isOver ? [textPart(said.pieces.join(''))] : [],
  };
  return message;
}

function textPart(text: string) {
  return { type: 'output_text' as const, annotations: [], logprobs: [], text };
}

function events(request: ResponsesRequest, said: Said): Unnumbered<ResponseStreamEvent>[] {
  const response = started(request) as Response;
  const output_index = hostedItems(said.billed).length;
  const last = said.isCutShort ? 'response.incomplete' : 'response.completed';
  return [
    { type: 'response.created', response },
    { type: 'response.in_progress', response },
    ...hostedItems(said.billed).flatMap((item, index) => [
      { type: 'response.output_item.added' as const, output_index: index, item },
      { type: 'response.output_item.done' as const, output_index: index, item },
    ]),
    { type: 'response.output_item.added', output_index, item: answerItem(said, 'in_progress') },
    ...(said.toolCall === undefined
      ? textEvents(said, output_index)
      : callEvents(said, output_index)),
    { type: 'response.output_item.done', output_index, item: answerItem(said, 'completed') },
    { type: last, response: finished(request, said) },
  ];
}

function textEvents({ pieces }: Said, output_index: number): Unnumbered<ResponseStreamEvent>[] {
  const at = { item_id: ITEM_ID, output_index, content_index: 0 };
  const text = pieces.join('');
  return [
    { type: 'response.content_part.added', ...at, part: textPart('') },
    ...pieces.map((delta) => ({
      type: 'response.output_text.delta' as const,
      ...at,
      delta,
      logprobs: [],
    })),
    { type: 'response.output_text.done', ...at, text, logprobs: [] },
    { type: 'response.content_part.done', ...at, part: textPart(text) },
  ];
}

function callEvents({ toolCall }: Said, output_index: number): Unnumbered<ResponseStreamEvent>[] {
  const at = { item_id: ITEM_ID, output_index };
  const { name = '', inputPieces = [] } = toolCall ?? {};
  return [
    ...inputPieces.map((delta) => ({
      type: 'response.function_call_arguments.delta' as const,
      ...at,
      delta,
    })),
    { type: 'response.function_call_arguments.done', ...at, name, arguments: inputPieces.join('') },
  ];
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
