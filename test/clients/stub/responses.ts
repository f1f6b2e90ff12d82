import type {
  Response,
  ResponseOutputItem,
  ResponseStreamEvent,
  ResponseUsage,
} from 'openai/resources/responses/responses';
import { type Billed, bill } from './billed.js';
import { itemEvents, type Unnumbered } from './response-events.js';
import type { Asked, Call, Reply } from './script.js';
import { type Answer, event, id, json, stream } from './wire.js';

/** `POST /v1/responses` with every field that the API's types have. */
export function answerResponses(asked: Asked, reply: Reply, bytes: number): Answer {
  const output = items(asked, reply);
  const billed = bill(
    { ...asked, bytes },
    {
      text: JSON.stringify(output).length,
      reasoning: true,
      searches: reply.searches?.length ?? 0,
    },
    { write: 0, long: false, automatic: true },
  );
  const begun = started(asked);
  const done: Response = {
    ...begun,
    status: 'completed',
    completed_at: begun.created_at + 1,
    output,
    usage: usage(billed),
  };
  if (asked.body['stream'] !== true) return json(done, billed);
  const events: Unnumbered<ResponseStreamEvent>[] = [
    { type: 'response.created', response: begun },
    { type: 'response.in_progress', response: begun },
    ...output.flatMap(itemEvents),
    { type: 'response.completed', response: done },
  ];
  return stream(
    events.map((one, n) => event({ ...one, sequence_number: n }, one.type)),
    billed,
  );
}

/** What the request said comes back, with the API's own values for what it did not say. */
function started({ body, model }: Asked): Response {
  const said = body as Partial<Response>;
  const response: Omit<Response, 'output_text'> & { store: boolean; billing: object } = {
    id: id('resp_'),
    object: 'response',
    created_at: 1_795_305_600,
    status: 'in_progress',
    background: false,
    billing: { payer: 'developer' },
    completed_at: null,
    conversation: null,
    error: null,
    incomplete_details: null,
    instructions: said.instructions ?? null,
    max_output_tokens: said.max_output_tokens ?? null,
    metadata: said.metadata ?? {},
    model,
    moderation: null,
    output: [],
    parallel_tool_calls: said.parallel_tool_calls ?? true,
    previous_response_id: said.previous_response_id ?? null,
    prompt_cache_key: said.prompt_cache_key ?? null,
    prompt_cache_retention: null,
    reasoning: { effort: 'medium', summary: 'detailed', ...said.reasoning },
    safety_identifier: null,
    service_tier: 'default',
    store: (body as { store?: boolean }).store ?? true,
    temperature: said.temperature ?? 1,
    text: { format: { type: 'text' }, verbosity: 'medium', ...said.text },
    tool_choice: said.tool_choice ?? 'auto',
    tools: said.tools ?? [],
    top_logprobs: 0,
    top_p: said.top_p ?? 0.98,
    truncation: said.truncation ?? 'disabled',
    user: null as never,
  };
  // The SDK puts `output_text` together: the API does not send it, nor does JSON without a value.
  return { ...response, output_text: undefined as never };
}

function items({ body }: Asked, reply: Reply): ResponseOutputItem[] {
  const { reasoning = 'Thinking.', text, calls = [], searches = [] } = reply;
  const { include = [] } = body as { include?: readonly string[] | null };
  const isEncrypted = include?.includes('reasoning.encrypted_content') === true;
  const thought: ResponseOutputItem = {
    type: 'reasoning',
    id: id('rs_'),
    summary: [{ type: 'summary_text', text: reasoning }],
    ...(isEncrypted && {
      encrypted_content: `gAAAAAB${Buffer.from(`${id('')}${'e'.repeat(400)}`).toString('base64url')}`,
    }),
  };
  const searched = searches.map(
    (query): ResponseOutputItem => ({
      type: 'web_search_call',
      id: id('ws_'),
      status: 'completed',
      action: {
        type: 'search',
        query,
        queries: [query],
        sources: [{ type: 'url', url: 'https://stub.invalid/found' }],
      },
    }),
  );
  const annotations = searches.map((title) => ({
    type: 'url_citation' as const,
    title,
    url: 'https://stub.invalid/found',
    start_index: 0,
    end_index: 3,
  }));
  const said: ResponseOutputItem[] =
    text === undefined
      ? []
      : [
          {
            type: 'message',
            id: id('msg_'),
            role: 'assistant',
            status: 'completed',
            phase: calls.length > 0 ? 'commentary' : 'final_answer',
            content: [{ type: 'output_text', text, annotations, logprobs: [] }],
          },
        ];
  return [thought, ...searched, ...said, ...calls.map(called)];
}

function called({ type, name, namespace, input }: Call): ResponseOutputItem {
  const base = { call_id: id('call_'), status: 'completed' as const };
  const direct = { caller: { type: 'direct' as const } };
  const spaced = namespace === undefined ? {} : { namespace };
  switch (type) {
    case 'custom':
      return {
        type: 'custom_tool_call',
        id: id('ctc_'),
        ...base,
        ...direct,
        ...spaced,
        name,
        input: String(input),
      };
    case 'shell':
      return {
        type: 'shell_call',
        id: id('sh_'),
        ...base,
        ...direct,
        environment: { type: 'local' },
        action: input as never,
      };
    case 'local_shell':
      return { type: 'local_shell_call', id: id('lsh_'), ...base, action: input as never };
    case 'apply_patch':
      return {
        type: 'apply_patch_call',
        id: id('apc_'),
        ...base,
        ...direct,
        operation: input as never,
      };
    default:
      return {
        type: 'function_call',
        id: id('fc_'),
        ...base,
        ...direct,
        ...spaced,
        name,
        arguments: JSON.stringify(input),
      };
  }
}

function usage({ input, cachedInput, output, reasoning }: Billed): ResponseUsage {
  const input_tokens = input + cachedInput;
  return {
    input_tokens,
    input_tokens_details: { cached_tokens: cachedInput, cache_write_tokens: 0 },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: reasoning },
    total_tokens: input_tokens + output,
  };
}
