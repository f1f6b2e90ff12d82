import type {
  ResponseOutputItem,
  ResponseOutputMessage,
  ResponseReasoningItem,
  ResponseStreamEvent,
} from 'openai/resources/responses/responses';
import { obfuscation, pieces } from './wire.js';

export type Unnumbered<E> = E extends unknown ? Omit<E, 'sequence_number'> : never;
type Event = Unnumbered<ResponseStreamEvent> & { readonly obfuscation?: string };

/** One item of a response as its events tell it. */
export function itemEvents(item: ResponseOutputItem, output_index: number): Event[] {
  return [
    { type: 'response.output_item.added', output_index, item: begun(item) },
    ...inside(item, output_index),
    { type: 'response.output_item.done', output_index, item },
  ];
}

/** The item as it is announced: nothing said yet. */
function begun(item: ResponseOutputItem): ResponseOutputItem {
  switch (item.type) {
    case 'message':
      return { ...item, status: 'in_progress', content: [] };
    case 'reasoning':
      return { ...item, summary: [] };
    case 'function_call':
      return { ...item, status: 'in_progress', arguments: '' };
    case 'custom_tool_call':
      return { ...item, input: '' };
    case 'web_search_call':
      return { ...item, status: 'in_progress' };
    default:
      return item;
  }
}

function inside(item: ResponseOutputItem, output_index: number): Event[] {
  const at = { item_id: item.id ?? '', output_index };
  switch (item.type) {
    case 'message':
      return item.content.flatMap((part, n) => partEvents(part, { ...at, content_index: n }));
    case 'reasoning':
      return item.summary.flatMap((part, n) => summaryEvents(part, { ...at, summary_index: n }));
    case 'function_call':
      return [
        ...pieces(item.arguments).map(
          (delta): Event => ({
            type: 'response.function_call_arguments.delta',
            ...at,
            delta,
            obfuscation: obfuscation(),
          }),
        ),
        {
          type: 'response.function_call_arguments.done',
          ...at,
          name: item.name,
          arguments: item.arguments,
        },
      ];
    case 'custom_tool_call':
      return [
        ...pieces(item.input).map(
          (delta): Event => ({
            type: 'response.custom_tool_call_input.delta',
            ...at,
            delta,
            obfuscation: obfuscation(),
          }),
        ),
        { type: 'response.custom_tool_call_input.done', ...at, input: item.input },
      ];
    case 'web_search_call':
      return [
        { type: 'response.web_search_call.in_progress', ...at },
        { type: 'response.web_search_call.searching', ...at },
        { type: 'response.web_search_call.completed', ...at },
      ];
    default:
      return [];
  }
}

type Place = { readonly item_id: string; readonly output_index: number };

function partEvents(
  part: ResponseOutputMessage['content'][number],
  at: Place & { readonly content_index: number },
): Event[] {
  if (part.type !== 'output_text') return [];
  const { text, annotations } = part;
  return [
    {
      type: 'response.content_part.added',
      ...at,
      part: { type: 'output_text', text: '', annotations: [], logprobs: [] },
    },
    ...pieces(text).map(
      (delta): Event => ({
        type: 'response.output_text.delta',
        ...at,
        delta,
        logprobs: [],
        obfuscation: obfuscation(),
      }),
    ),
    ...annotations.map(
      (annotation, annotation_index): Event => ({
        type: 'response.output_text.annotation.added',
        ...at,
        annotation,
        annotation_index,
      }),
    ),
    { type: 'response.output_text.done', ...at, text, logprobs: [] },
    { type: 'response.content_part.done', ...at, part },
  ];
}

function summaryEvents(
  part: ResponseReasoningItem.Summary,
  at: Place & { readonly summary_index: number },
): Event[] {
  return [
    { type: 'response.reasoning_summary_part.added', ...at, part: { ...part, text: '' } },
    ...pieces(part.text).map(
      (delta): Event => ({
        type: 'response.reasoning_summary_text.delta',
        ...at,
        delta,
        obfuscation: obfuscation(),
      }),
    ),
    { type: 'response.reasoning_summary_text.done', ...at, text: part.text },
    { type: 'response.reasoning_summary_part.done', ...at, part },
  ];
}
