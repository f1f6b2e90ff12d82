import { OBFUSCATION, type SandboxEvent } from './answer.js';
import type { Item, SandboxResponse } from './response-types.js';

/** The events of a response that has these items: OpenAI API reference, "Streaming events". */
export function toEvents(
  response: SandboxResponse,
  items: readonly Item[],
  obfuscates: boolean,
): SandboxEvent[] {
  const begun = {
    ...response,
    status: 'in_progress',
    completed_at: null,
    incomplete_details: null,
    // Which tier served is said at the end.
    service_tier: 'auto',
    output: [],
    usage: null,
  };
  const padding = obfuscates ? { obfuscation: OBFUSCATION } : {};
  const steps: SandboxEvent[] = [
    { type: 'response.created', response: begun },
    { type: 'response.in_progress', response: begun },
    ...items.flatMap(({ item, pieces }, output_index) => [
      { type: 'response.output_item.added', output_index, item: opened(item) },
      ...inside(item, pieces, { item_id: item.id, output_index }, padding),
      { type: 'response.output_item.done', output_index, item },
    ]),
    { type: `response.${String(response['status'])}`, response },
  ];
  return steps.map((step, sequence_number) => ({ ...step, sequence_number }));
}

/** An item before anything of it was put out. */
function opened(item: Item['item']): object {
  switch (item.type) {
    case 'message':
      return { ...item, status: 'in_progress', content: [] };
    case 'reasoning':
      return { ...item, status: 'in_progress', summary: [], encrypted_content: null };
    case 'function_call':
      return { ...item, status: 'in_progress', arguments: '' };
    default:
      return { ...item, input: '' };
  }
}

type At = Readonly<Record<string, unknown>>;

function inside(
  item: Item['item'],
  pieces: readonly string[],
  at: At,
  padding: object,
): SandboxEvent[] {
  switch (item.type) {
    case 'message':
      return textEvents(item, pieces, at, padding);
    case 'reasoning':
      return summaryEvents(item, pieces, at, padding);
    case 'function_call':
      return argumentEvents('function_call_arguments', pieces, at, padding, {
        name: item['name'],
        arguments: item['arguments'],
      });
    default:
      return argumentEvents('custom_tool_call_input', pieces, at, padding, {
        input: item['input'],
      });
  }
}

function textEvents(
  { content }: Item['item'],
  pieces: readonly string[],
  item: At,
  padding: object,
): SandboxEvent[] {
  const [part] = content as readonly [{ text: string; logprobs: readonly object[] }];
  const at = { ...item, content_index: 0 };
  return [
    { type: 'response.content_part.added', ...at, part: { ...part, text: '', logprobs: [] } },
    ...pieces.map((delta, i) => ({
      type: 'response.output_text.delta',
      ...at,
      delta,
      logprobs: part.logprobs.slice(i, i + 1),
      ...padding,
    })),
    { type: 'response.output_text.done', ...at, text: part.text, logprobs: part.logprobs },
    { type: 'response.content_part.done', ...at, part },
  ];
}

function summaryEvents(
  { summary }: Item['item'],
  pieces: readonly string[],
  item: At,
  padding: object,
): SandboxEvent[] {
  const [part] = summary as readonly { text: string }[];
  if (part === undefined) return [];
  const at = { ...item, summary_index: 0 };
  return [
    { type: 'response.reasoning_summary_part.added', ...at, part: { ...part, text: '' } },
    ...pieces.map((delta) => ({
      type: 'response.reasoning_summary_text.delta',
      ...at,
      delta,
      ...padding,
    })),
    { type: 'response.reasoning_summary_text.done', ...at, text: part.text },
    { type: 'response.reasoning_summary_part.done', ...at, part },
  ];
}

function argumentEvents(
  name: string,
  pieces: readonly string[],
  at: At,
  padding: object,
  done: object,
): SandboxEvent[] {
  return [
    ...pieces.map((delta) => ({ type: `response.${name}.delta`, ...at, delta, ...padding })),
    { type: `response.${name}.done`, ...at, ...done },
  ];
}
