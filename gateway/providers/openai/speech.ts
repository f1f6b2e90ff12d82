import { type Fields, ignored, type Shape, text } from '../fields.js';

/** The fields of a speech: OpenAI API reference, "Create speech". */
export const SPEECH: Shape = {
  model: ignored,
  input: text,
  instructions: text,
  voice: ignored,
  response_format: ignored,
  speed: ignored,
  stream_format: ignored,
};

/**
 * What is billed by the character, as UTF-16 counts them: no provider counts more. Of a request whose
 * fields were read.
 */
export function speechCharacters({ input, instructions }: Fields): number {
  return lengthOf(input) + lengthOf(instructions);
}

function lengthOf(value: unknown): number {
  return typeof value === 'string' ? value.length : 0;
}
