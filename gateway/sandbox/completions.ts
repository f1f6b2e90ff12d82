import { z } from 'zod';
import {
  idFrom,
  json,
  type SandboxAnswer,
  type SandboxStamp,
  secondsOf,
  unnamedEvents,
} from './answer.js';
import { openaiMistake } from './errors.js';
import { composeAnswer, estimateTokens, toPieces } from './text.js';

/** What the API puts out where no limit is stated. */
const PRESET_TOKENS = 16;

const tokens = z.array(z.int());

const schema = z.looseObject({
  model: z.string().min(1),
  prompt: z.union([z.string(), tokens, z.array(z.string()), z.array(tokens)]).nullish(),
  max_tokens: z.int().min(0).nullish(),
  n: z.int().min(1).max(128).nullish(),
  best_of: z.int().min(1).max(128).nullish(),
  echo: z.boolean().nullish(),
  logprobs: z.int().min(0).max(5).nullish(),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().optional() }).nullish(),
});

type Body = z.output<typeof schema>;

interface Choice {
  readonly index: number;
  readonly pieces: readonly string[];
  readonly finish_reason: 'stop' | 'length';
}

/** OpenAI's legacy completions: each prompt is answered as a message of the user is. */
export function answerCompletions(body: unknown, stamp: SandboxStamp): SandboxAnswer {
  const read = schema.safeParse(body);
  if (!read.success) return openaiMistake(read.error);
  const { model, stream, stream_options, logprobs } = read.data;
  const prompts = promptsOf(read.data);
  const choices = prompts.flatMap((prompt, i) => choicesOf(read.data, prompt, i));
  const usage = usageOf(read.data, prompts, choices);
  const base = {
    id: idFrom(stamp, 'cmpl'),
    object: 'text_completion',
    created: secondsOf(stamp),
    model,
    system_fingerprint: 'fp_sandbox',
  };
  const top = logprobs ?? undefined;
  if (stream !== true) {
    return json(200, { ...base, choices: choices.map((one) => toWhole(one, top)), usage });
  }
  const includes = stream_options?.include_usage === true;
  const chunk = (choice: object) => ({
    ...base,
    choices: [choice],
    ...(includes ? { usage: null } : {}),
  });
  const chunks = choices.flatMap((one) => toChunks(one, top).map(chunk));
  return unnamedEvents(includes ? [...chunks, { ...base, choices: [], usage }] : chunks);
}

type Prompt = string | readonly number[];

function promptsOf({ prompt }: Body): readonly Prompt[] {
  if (prompt === null || prompt === undefined) return [''];
  const isOne = typeof prompt === 'string' || prompt.length === 0 || typeof prompt[0] === 'number';
  return (isOne ? [prompt] : prompt) as readonly Prompt[];
}

function choicesOf({ model, n, max_tokens, echo }: Body, prompt: Prompt, place: number): Choice[] {
  const text = typeof prompt === 'string' ? prompt : '';
  const turns = [{ role: 'user', text }];
  const all = toPieces(composeAnswer({ model, turns }));
  const said = all.slice(0, max_tokens ?? PRESET_TOKENS);
  const pieces = echo === true ? [text, ...said] : said;
  const finish_reason = said.length < all.length ? 'length' : 'stop';
  const count = n ?? 1;
  return Array.from({ length: count }, (_, i) => ({
    index: place * count + i,
    pieces,
    finish_reason,
  }));
}

function usageOf(
  { echo, n, best_of }: Body,
  prompts: readonly Prompt[],
  choices: readonly Choice[],
) {
  const inputs = prompts.map((one) => (typeof one === 'string' ? estimateTokens(one) : one.length));
  const prompt_tokens = inputs.reduce((sum, count) => sum + count, 0);
  const echoed = echo === true ? choices.length : 0;
  const shown = choices.reduce((sum, { pieces }) => sum + pieces.length, 0) - echoed;
  // Those that stay behind were put out, too.
  const times = Math.max(1, (best_of ?? 1) / (n ?? 1));
  const completion_tokens = Math.ceil(shown * times);
  return { prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens };
}

function toWhole({ index, pieces, finish_reason }: Choice, top: number | undefined) {
  return { index, text: pieces.join(''), logprobs: logprobsOf(pieces, top), finish_reason };
}

function toChunks({ index, pieces, finish_reason }: Choice, top: number | undefined): object[] {
  return [
    ...pieces.map((text) => ({
      index,
      text,
      logprobs: logprobsOf([text], top),
      finish_reason: null,
    })),
    { index, text: '', logprobs: null, finish_reason },
  ];
}

/** As the legacy API lists them: by kind, not by token. */
function logprobsOf(pieces: readonly string[], top: number | undefined) {
  if (top === undefined) return null;
  let offset = 0;
  const text_offset = pieces.map((piece) => {
    offset += piece.length;
    return offset - piece.length;
  });
  return {
    tokens: pieces,
    token_logprobs: pieces.map(() => 0),
    top_logprobs: pieces.map((piece) => (top > 0 ? { [piece]: 0 } : {})),
    text_offset,
  };
}
