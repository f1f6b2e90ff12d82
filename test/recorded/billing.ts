import type { RecordedAnswer, RecordedApi } from './answer.js';

/** What a provider bills for an answer: all input and all output, nothing from a cache. */
export interface Billed {
  readonly input: number;
  readonly output: number;
  /** What it states as the cost, where it states one; in USD. */
  readonly usd: number;
}

type Fields = Readonly<Record<string, unknown>>;

/** The same answer with this usage, wherever the provider says one: in its own fields. */
export function withUsage(answer: RecordedAnswer, billed: Billed): RecordedAnswer {
  const rewrite = (value: unknown): unknown => rewritten(answer.api, value, billed);
  return {
    ...answer,
    plain: rewrite(answer.plain) as Fields,
    events: answer.events.map((event) => rewrite(event) as Fields),
  };
}

function rewritten(api: RecordedApi, value: unknown, billed: Billed): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      if (key === 'usage') return [key, usageOf(api, inner, billed)];
      // Whole messages and responses are inside of events.
      const isNested = key === 'message' || key === 'response';
      return [key, isNested ? rewritten(api, inner, billed) : inner];
    }),
  );
}

function usageOf(api: RecordedApi, usage: unknown, billed: Billed): unknown {
  if (typeof usage !== 'object' || usage === null) return usage;
  return api === 'messages'
    ? messageUsage(usage as Fields, billed)
    : openaiUsage(api, usage as Fields, billed);
}

/** Counts of tokens become zero; what is not of them stays as it is. */
function zeroed(fields: unknown): unknown {
  if (typeof fields !== 'object' || fields === null) return fields;
  return Object.fromEntries(Object.keys(fields).map((name) => [name, 0]));
}

function openaiUsage(api: RecordedApi, usage: Fields, { input, output, usd }: Billed): Fields {
  const names = api === 'chat' ? ['prompt', 'completion'] : ['input', 'output'];
  const counted = { [`${names[0]}_tokens`]: input, [`${names[1]}_tokens`]: output };
  const details = names.map((name) => `${name}_tokens_details`);
  const said = Object.entries(usage).map(([key, value]) => {
    if (details.includes(key)) return [key, zeroed(value)];
    if (/cache|cached/.test(key)) return [key, 0];
    if (key === 'cost') return [key, usd];
    return [key, key === 'cost_in_usd_ticks' ? Math.round(usd * 1e10) : value];
  });
  return { ...Object.fromEntries(said), ...counted, total_tokens: input + output };
}

function messageUsage(usage: Fields, { input, output }: Billed): Fields {
  const isStart = usage['output_tokens'] === 1;
  const counts = {
    input_tokens: input,
    output_tokens: isStart ? 1 : output,
    cache_read_input_tokens: 0,
    cache_creation_input_tokens: 0,
  };
  const creation =
    'cache_creation' in usage ? { cache_creation: zeroed(usage['cache_creation']) } : {};
  const { output_tokens_details: details, iterations } = usage;
  return {
    ...usage,
    ...counts,
    ...creation,
    output_tokens_details: isStart ? details : zeroed(details),
    ...(iterations === undefined ? {} : { iterations: iterationsOf(iterations, input, output) }),
  };
}

/** Those beside the message's own are billed on top: small ones stay. */
function iterationsOf(iterations: unknown, input: number, output: number): unknown {
  if (!Array.isArray(iterations)) return iterations;
  return iterations.map((one: Fields) =>
    one['type'] === 'message'
      ? {
          ...one,
          input_tokens: input,
          output_tokens: output,
          cache_read_input_tokens: 0,
          cache_creation_input_tokens: 0,
          cache_creation: zeroed(one['cache_creation']),
        }
      : one,
  );
}
