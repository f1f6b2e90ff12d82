import { unpriced } from '../draft.js';
import { asCount, asFields, type FieldReader, ignored, readShape, type Shape } from '../fields.js';
import { cacheControl } from './content.js';

const CUSTOM: Shape = {
  type: ignored,
  name: ignored,
  description: ignored,
  input_schema: ignored,
  input_examples: ignored,
  strict: ignored,
  eager_input_streaming: ignored,
  cache_control: cacheControl,
};

/**
 * Tools that the caller runs, and whose descriptions the provider writes: tokens of each at the
 * most. Published: 245 for bash and 700 for the text editor (Anthropic, "Pricing").
 */
const DESCRIBED: Readonly<Record<string, number>> = {
  bash_20250124: 2_048,
  text_editor_20250124: 2_048,
  text_editor_20250429: 2_048,
  text_editor_20250728: 2_048,
};

const DESCRIBED_TOOL: Shape = {
  type: ignored,
  name: ignored,
  max_characters: ignored,
  cache_control: cacheControl,
};

/** Tools that the provider runs, as usage and prices name them. */
const HOSTED: Readonly<Record<string, string>> = {
  web_search_20250305: 'web_search',
  web_fetch_20250910: 'web_fetch',
};

const HOSTED_TOOL: Shape = {
  type: ignored,
  name: ignored,
  max_uses: ignored,
  allowed_domains: ignored,
  blocked_domains: ignored,
  user_location: ignored,
  max_content_tokens: ignored,
  citations: ignored,
  cache_control: cacheControl,
};

/** The fields of a tool: Anthropic API reference, "Create a Message", `tools`. */
export const tool: FieldReader = (value, path, draft) => {
  const fields = asFields(value, path);
  const type = fields['type'] ?? 'custom';
  const name = typeof type === 'string' ? type : '';
  const hosted: Readonly<Record<string, string>> = { ...HOSTED, ...draft.rules.serverTools };
  const counted = Object.hasOwn(hosted, name) ? hosted[name] : undefined;
  if (name === 'custom') {
    readShape(value, path, CUSTOM, draft);
    draft.countTool();
  } else if (Object.hasOwn(DESCRIBED, name)) {
    readShape(value, path, DESCRIBED_TOOL, draft);
    draft.countTool(DESCRIBED[name]);
  } else if (counted !== undefined) {
    readShape(value, path, HOSTED_TOOL, draft);
    draft.countTool();
    const runs = maxUses(fields['max_uses'], `${path}.max_uses`);
    draft.serverTools[counted] = (draft.serverTools[counted] ?? 0) + runs;
    draft.countRuns(path, runs);
  } else {
    throw unpriced(`${path}.type`, 'a tool whose cost is not known or not bounded');
  }
  draft.countJson(value);
};

function maxUses(value: unknown, path: string): number {
  if (value === undefined || value === null) {
    throw unpriced(path, 'none; with a tool on the provider’s side its runs must be limited');
  }
  return asCount(value, path, 1_024);
}
