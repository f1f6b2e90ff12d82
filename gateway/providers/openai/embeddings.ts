import { ignored, type Shape } from '../fields.js';
import { prompts } from './prompts.js';

/** The fields of an embeddings request: OpenAI API reference, "Create embeddings". */
export const EMBEDDINGS: Shape = {
  model: ignored,
  input: prompts,
  dimensions: ignored,
  encoding_format: ignored,
  user: ignored,
};
