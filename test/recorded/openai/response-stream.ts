import type { ResponseStreamEvent } from 'openai/resources/responses/responses';
import type { WireEvent } from '../answer.js';
import { cut } from '../pieces.js';
import type { Whole } from '../whole.js';
import type { Item, WireResponse } from './response.js';
import { deltaLogprobOf } from './text.js';

type Unnumbered<Event> = Event extends unknown ? Omit<Event, 'sequence_number'> : never;
type Step = Unnumbered<Whole<ResponseStreamEvent>>;

/** OpenAI pads its deltas, which the SDK's types do not say. */
const PADDING = 'uUnl3tQ0Yb';

/** The stream of a response: the SDK puts its events together to the very same one. */
export function eventsOf(response: Whole<WireResponse>): WireEvent[] {
  const { output } = response;
  const begun = {
    ...response,
    status: 'in_progress' as const,
    completed_at: null,
    // Which tier served is said at the end.
    service_tier: 'auto' as const,
    error: null,
    incomplete_details: null,
    output: [],
    usage: null,
  };
  const last = `response.${response.status}`;
  const steps: WireEvent[] = [
    { type: 'response.created', response: begun },
    { type: 'response.in_progress', response: begun },
    ...output.flatMap((item, output_index): WireEvent[] => [
      { type: 'response.output_item.added', output_index, item: opened(item) },
      ...inside(item, output_index),
      { type: 'response.output_item.done', output_index, item },
    ]),
    { type: last, response },
  ];
  return steps.map((step, sequence_number) => ({ ...step, sequence_number }));
}

/** An item as it stands before anything of it was generated. */
function opened(item: Item): object {
  switch (item.type) {
    case 'message':
      return { ...item, status: 'in_progress', content: [] };
    case 'function_call':
      return { ...item, status: 'in_progress', arguments: '' };
    case 'custom_tool_call':
      return { ...item, input: '' };
    case 'reasoning':
      return { ...item, status: 'in_progress', summary: [], content: [] };
    case 'code_interpreter_call':
      return { ...item, status: 'in_progress', code: '', outputs: null };
    case 'mcp_call':
      return { ...item, status: 'in_progress', arguments: '', output: null };
    case 'image_generation_call':
      return { ...item, status: 'in_progress', result: null };
    case 'mcp_list_tools':
      return { ...item, tools: [] };
    default:
      return 'status' in item ? { ...item, status: 'in_progress' } : item;
  }
}

function inside(item: Item, output_index: number): Step[] {
  const at = { item_id: String(item.id), output_index };
  switch (item.type) {
    case 'message':
      return item.content.flatMap((part, content_index) =>
        partSteps(part, { ...at, content_index }),
      );
    case 'reasoning':
      return reasoningSteps(item, at);
    case 'function_call':
      return [
        ...cut(item.arguments).map((delta) => ({
          type: 'response.function_call_arguments.delta' as const,
          ...at,
          delta,
          obfuscation: PADDING,
        })),
        {
          type: 'response.function_call_arguments.done',
          ...at,
          name: item.name,
          arguments: item.arguments,
        },
      ];
    case 'custom_tool_call':
      return [
        { type: 'response.custom_tool_call_input.delta', ...at, delta: item.input },
        { type: 'response.custom_tool_call_input.done', ...at, input: item.input },
      ];
    default:
      return toolSteps(item, at);
  }
}

type At = { readonly item_id: string; readonly output_index: number };

function toolSteps(item: Item, at: At): Step[] {
  switch (item.type) {
    case 'web_search_call':
      return [
        { type: 'response.web_search_call.in_progress', ...at },
        { type: 'response.web_search_call.searching', ...at },
        { type: 'response.web_search_call.completed', ...at },
      ];
    case 'file_search_call':
      return [
        { type: 'response.file_search_call.in_progress', ...at },
        { type: 'response.file_search_call.searching', ...at },
        { type: 'response.file_search_call.completed', ...at },
      ];
    case 'code_interpreter_call': {
      const code = item.code ?? '';
      return [
        { type: 'response.code_interpreter_call.in_progress', ...at },
        { type: 'response.code_interpreter_call_code.delta', ...at, delta: code },
        { type: 'response.code_interpreter_call_code.done', ...at, code },
        { type: 'response.code_interpreter_call.interpreting', ...at },
        { type: 'response.code_interpreter_call.completed', ...at },
      ];
    }
    case 'image_generation_call':
      return [
        { type: 'response.image_generation_call.in_progress', ...at },
        { type: 'response.image_generation_call.generating', ...at },
        {
          type: 'response.image_generation_call.partial_image',
          ...at,
          partial_image_index: 0,
          partial_image_b64: item.result ?? '',
        },
        { type: 'response.image_generation_call.completed', ...at },
      ];
    case 'mcp_list_tools':
      return [
        { type: 'response.mcp_list_tools.in_progress', ...at },
        { type: 'response.mcp_list_tools.completed', ...at },
      ];
    case 'mcp_call':
      return [
        { type: 'response.mcp_call.in_progress', ...at },
        { type: 'response.mcp_call_arguments.delta', ...at, delta: item.arguments },
        { type: 'response.mcp_call_arguments.done', ...at, arguments: item.arguments },
        { type: 'response.mcp_call.completed', ...at },
      ];
    default:
      return [];
  }
}

type Part = Extract<Item, { type: 'message' }>['content'][number];

function partSteps(part: Part, at: At & { readonly content_index: number }): Step[] {
  if (part.type === 'refusal') {
    return [
      { type: 'response.content_part.added', ...at, part: { ...part, refusal: '' } },
      { type: 'response.refusal.delta', ...at, delta: part.refusal },
      { type: 'response.refusal.done', ...at, refusal: part.refusal },
      { type: 'response.content_part.done', ...at, part },
    ];
  }
  const { text, annotations, logprobs } = part;
  const hasLogprobs = logprobs.length > 0;
  const blank = { ...part, text: '', annotations: [], logprobs: [] };
  return [
    { type: 'response.content_part.added', ...at, part: blank },
    ...cut(text).map((delta) => ({
      type: 'response.output_text.delta' as const,
      ...at,
      delta,
      logprobs: hasLogprobs ? [deltaLogprobOf(delta)] : [],
      obfuscation: PADDING,
    })),
    ...annotations.map((annotation, annotation_index) => ({
      type: 'response.output_text.annotation.added' as const,
      ...at,
      annotation_index,
      annotation,
    })),
    {
      type: 'response.output_text.done',
      ...at,
      text,
      logprobs: hasLogprobs ? cut(text).map(deltaLogprobOf) : [],
    },
    { type: 'response.content_part.done', ...at, part },
  ];
}

function reasoningSteps({ summary, content }: Extract<Item, { type: 'reasoning' }>, at: At) {
  return [
    ...content.flatMap((part, content_index): Step[] => {
      const where = { ...at, content_index };
      return [
        { type: 'response.content_part.added', ...where, part: { ...part, text: '' } },
        { type: 'response.reasoning_text.delta', ...where, delta: part.text },
        { type: 'response.reasoning_text.done', ...where, text: part.text },
        { type: 'response.content_part.done', ...where, part },
      ];
    }),
    ...summary.flatMap((part, summary_index): Step[] => {
      const where = { ...at, summary_index };
      const { text } = part;
      const blank = { ...part, text: '' };
      return [
        { type: 'response.reasoning_summary_part.added', ...where, part: blank },
        { type: 'response.reasoning_summary_text.delta', ...where, delta: text },
        { type: 'response.reasoning_summary_text.done', ...where, text },
        { type: 'response.reasoning_summary_part.done', ...where, part } as Step,
      ];
    }),
  ];
}
