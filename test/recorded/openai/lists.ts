import type { CreateEmbeddingResponse, Embedding } from 'openai/resources/embeddings';
import type { Model } from 'openai/resources/models';
import type { Filled } from '../whole.js';

/** Three numbers, as JSON and as base64 of little-endian floats: the SDK asks for base64. */
const VECTOR: Filled<Embedding> = { object: 'embedding', index: 0, embedding: [0.5, -0.25, 1.5] };

export const EMBEDDINGS: Filled<CreateEmbeddingResponse> = {
  object: 'list',
  model: 'text-embedding-3-small',
  data: [VECTOR],
  usage: { prompt_tokens: 5, total_tokens: 5 },
};

export const EMBEDDINGS_BASE64 = {
  ...EMBEDDINGS,
  data: [
    {
      ...VECTOR,
      embedding: Buffer.from(Float32Array.of(...VECTOR.embedding).buffer).toString('base64'),
    },
  ],
};

export const OPENAI_MODEL: Filled<Model> = {
  id: 'gpt-5-mini',
  object: 'model',
  created: 1_754_425_928,
  owned_by: 'system',
};
