import type { CreateEmbeddingResponse, Model } from 'openai/resources';
import { NO_USAGE } from '../../src/pricing/usage.js';
import { plain, type StubAnswer } from './answer.js';
import { countTokens } from './said.js';

interface EmbeddingsRequest {
  readonly model: string;
  readonly input: string | readonly string[];
  readonly encoding_format?: 'float' | 'base64';
  readonly dimensions?: number;
}

/** `POST /v1/embeddings`, as OpenAI answers it: the SDK asks for base64 and decodes it. */
export function answerEmbeddings(request: EmbeddingsRequest): StubAnswer {
  const texts = typeof request.input === 'string' ? [request.input] : request.input;
  const input = texts.reduce((sum, text) => sum + countTokens(text), 0);
  const vectors = texts.map((text) => embed(text, request.dimensions ?? 8));
  const answer = {
    object: 'list' as const,
    model: request.model,
    data: vectors.map((vector, index) => ({
      object: 'embedding',
      index,
      embedding: request.encoding_format === 'base64' ? toBase64(vector) : [...vector],
    })),
    usage: { prompt_tokens: input, total_tokens: input },
  };
  return plain(answer satisfies Wire, { ...NO_USAGE, input });
}

type Wire = Omit<CreateEmbeddingResponse, 'data'> & { readonly data: readonly object[] };

/** Always the same to the same text; halves, so that 32 bits hold them as they are. */
function embed(text: string, dimensions: number): Float32Array {
  return Float32Array.from({ length: dimensions }, (_, n) => (text.length + n) / 2);
}

function toBase64(vector: Float32Array): string {
  return Buffer.from(vector.buffer).toString('base64');
}

/** `GET /v1/models`. */
export function answerModels(models: readonly string[]): StubAnswer {
  const data: Model[] = models.map((id) => ({
    id,
    object: 'model',
    created: 1_750_000_000,
    owned_by: 'stub',
  }));
  return plain({ object: 'list', data }, undefined);
}
