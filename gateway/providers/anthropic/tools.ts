import type { Draft } from '../draft.js';
import {
  asCount,
  asFields,
  type FieldReader,
  ignored,
  json,
  readShape,
  type Shape,
} from '../fields.js';
import { unpriced } from '../problems.js';
import { readUnknownTool } from '../unknown-tool.js';
import { withoutPlaces } from '../unlisted.js';
import { cacheControl } from './cache-control.js';

/** What every tool can have. */
const COMMON: Shape = {
  type: ignored,
  name: ignored,
  strict: ignored,
  defer_loading: ignored,
  // Programs of the provider's that would call it are a tool of their own, which is refused.
  allowed_callers: ignored,
  cache_control: cacheControl,
};

const CUSTOM: Shape = {
  ...COMMON,
  description: ignored,
  input_schema: ignored,
  input_examples: ignored,
  eager_input_streaming: ignored,
};

/**
 * Tools that the caller runs, and whose descriptions the provider writes: tokens of each at the
 * most. Published: 245 for bash, 700 for the text editor, 735 for the computer, and a system prompt of 499 with
 * it (Anthropic, "Pricing" and "Computer use tool"). Toolsets stand for some dozen tools.
 */
const DESCRIBED: readonly (readonly [RegExp, number])[] = [
  [/^bash_20\d{6}$/, 2_048],
  [/^text_editor_20\d{6}$/, 2_048],
  [/^memory_20\d{6}$/, 4_096],
  [/^computer_20\d{6}$/, 4_096],
  [/^(?:computer|browser)_toolset_20\d{6}$/, 16_384],
];

const STRICTLY_DESCRIBED = [
  'bash_20250124',
  'text_editor_20250124',
  'text_editor_20250429',
  'text_editor_20250728',
];

const DESCRIBED_TOOL: Shape = {
  ...COMMON,
  max_characters: ignored,
  input_examples: ignored,
  display_height_px: ignored,
  display_width_px: ignored,
  display_number: ignored,
  enable_zoom: ignored,
  configs: json,
};

/** Tools that the provider runs, as usage and prices name them. */
const HOSTED: readonly (readonly [RegExp, string])[] = [
  [/^web_search_20\d{6}$/, 'web_search'],
  [/^web_fetch_20\d{6}$/, 'web_fetch'],
];

const STRICTLY_HOSTED = ['web_search_20250305', 'web_fetch_20250910'];

const HOSTED_TOOL: Shape = {
  ...COMMON,
  max_uses: ignored,
  allowed_domains: ignored,
  blocked_domains: ignored,
  user_location: ignored,
  max_content_tokens: ignored,
  citations: ignored,
  response_inclusion: ignored,
  url_sources: ignored,
  use_cache: ignored,
};

/** The fields of a tool: Anthropic API reference, "Create a Message", `tools`. */
export const tool: FieldReader = (value, path, draft) => {
  const fields = asFields(value, path);
  const type = fields['type'] ?? 'custom';
  const name = typeof type === 'string' ? type : '';
  const described = find(DESCRIBED, STRICTLY_DESCRIBED, name, draft);
  const hosted = ownHosted(name, draft) ?? find(HOSTED, STRICTLY_HOSTED, name, draft);
  if (name === 'custom') {
    draft.countTool();
    readShape(value, path, CUSTOM, draft);
  } else if (described !== undefined) {
    draft.countTool(described);
    readShape(value, path, DESCRIBED_TOOL, draft);
  } else if (hosted !== undefined) {
    draft.countTool();
    readShape(value, path, HOSTED_TOOL, draft);
    readRuns(hosted, fields, path, draft);
  } else {
    draft.countTool();
    readUnknownTool(value, path, draft);
  }
  draft.countJson(value);
};

function ownHosted(name: string, { rules }: Draft): string | undefined {
  return Object.hasOwn(rules.serverTools, name) ? rules.serverTools[name] : undefined;
}

/** @param strict those that were known where unknown names are refused */
function find<T>(
  known: readonly (readonly [RegExp, T])[],
  strict: readonly string[],
  name: string,
  { rules }: Draft,
): T | undefined {
  if (rules.unknown === 'refuse' && !strict.includes(name)) return undefined;
  return known.find(([pattern]) => pattern.test(name))?.[1];
}

/** Of its own limit, else of the one that this gateway writes in. @throws {Problem} */
function readRuns(
  tool: string,
  fields: Readonly<Record<string, unknown>>,
  path: string,
  draft: Draft,
): void {
  const limit = fields['max_uses'] ?? undefined;
  const at = `${path}.max_uses`;
  const place = placeInTools(path);
  if (limit === undefined && (draft.rules.unknown === 'refuse' || place === undefined)) {
    throw unpriced(at, 'none; with a tool on the provider’s side its runs must be limited');
  }
  const runs = limit === undefined ? draft.rules.serverToolRuns : asCount(limit, at, 1_024);
  if (limit === undefined && place !== undefined) {
    draft.write(at, { list: { field: 'tools', place }, key: 'max_uses', value: runs });
  }
  draft.serverTools[tool] = (draft.serverTools[tool] ?? 0) + runs;
  draft.addRounds(path, runs);
  const content = fields['max_content_tokens'] ?? undefined;
  if (content !== undefined) {
    const most = asCount(content, `${path}.max_content_tokens`, 2 ** 31 - 1);
    draft.runTokens[tool] = Math.max(draft.runTokens[tool] ?? 0, most);
  }
}

/** Of `tools[3]`; undefined for one that stands elsewhere. */
function placeInTools(path: string): number | undefined {
  if (withoutPlaces(path) !== 'tools') return undefined;
  return Number(/\[(\d+)\]$/.exec(path)?.[1]);
}
