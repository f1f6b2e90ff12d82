import { createHash } from 'node:crypto';
import { z } from 'zod';
import { json, type SandboxAnswer } from './answer.js';
import { openaiMistake } from './errors.js';
import { estimateTokens } from './text.js';

const tokens = z.array(z.int());

const schema = z.looseObject({
  model: z.string().min(1),
  input: z.union([z.string(), tokens.min(1), z.array(z.string()).min(1), z.array(tokens).min(1)]),
  dimensions: z.int().min(1).max(4096).nullish(),
  encoding_format: z.enum(['float', 'base64']).nullish(),
});

/** OpenAI's embeddings: vectors of length 1, always the same to the same text, with no meaning. */
export function answerEmbeddings(body: unknown): SandboxAnswer {
  const read = schema.safeParse(body);
  if (!read.success) return openaiMistake(read.error);
  const { model, input, dimensions, encoding_format } = read.data;
  const isOne = typeof input === 'string' || typeof input[0] === 'number';
  const inputs = (isOne ? [input] : input) as readonly (string | readonly number[])[];
  const length = dimensions ?? (model.endsWith('-large') ? 3072 : 1536);
  const used = inputs.map((one) => (typeof one === 'string' ? estimateTokens(one) : one.length));
  const prompt_tokens = used.reduce((sum, count) => sum + Math.max(1, count), 0);
  const data = inputs.map((one, index) => {
    const vector = vectorOf(JSON.stringify(one), length);
    const embedding = encoding_format === 'base64' ? toBase64(vector) : [...vector];
    return { object: 'embedding', index, embedding };
  });
  const usage = { prompt_tokens, total_tokens: prompt_tokens };
  return json(200, { object: 'list', data, model, usage });
}

function vectorOf(text: string, length: number): Float32Array {
  const bytes = createHash('shake256', { outputLength: length }).update(text).digest();
  const raw = Float64Array.from(bytes, (byte) => byte - 127.5);
  const norm = Math.hypot(...raw);
  return Float32Array.from(raw, (value) => value / norm);
}

function toBase64(vector: Float32Array): string {
  return Buffer.from(vector.buffer).toString('base64');
}
