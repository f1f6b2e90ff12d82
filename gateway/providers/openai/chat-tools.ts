import { asFields, type FieldReader, ignored, readShape, type Shape, shaped } from '../fields.js';
import { mistaken } from '../problems.js';
import { readUnknownTool } from '../unknown-tool.js';
import { CACHE_MARKS } from './content.js';

export const FUNCTION: Shape = {
  name: ignored,
  description: ignored,
  parameters: ignored,
  strict: ignored,
  response: ignored,
};

/** Tools that the caller's own program runs. */
const TOOLS: Readonly<Record<string, Shape>> = {
  function: { type: ignored, function: shaped(FUNCTION), ...CACHE_MARKS },
  custom: {
    type: ignored,
    custom: shaped({ name: ignored, description: ignored, format: ignored }),
    ...CACHE_MARKS,
  },
};

/** A tool's fields are listed, and its JSON counted as a whole. */
export const chatTool: FieldReader = (value, path, draft) => {
  const type = asFields(value, path)['type'] ?? 'function';
  const shape = typeof type === 'string' && Object.hasOwn(TOOLS, type) ? TOOLS[type] : undefined;
  if (shape === undefined && draft.rules.unknown === 'refuse') {
    throw mistaken(`${path}.type`, JSON.stringify(type), Object.keys(TOOLS).join(', '));
  }
  if (shape === undefined) readUnknownTool(value, path, draft);
  else readShape(value, path, shape, draft);
  draft.countTool();
  draft.countJson(value);
};
