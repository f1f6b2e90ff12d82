import type { Draft } from '../draft.js';
import {
  asCount,
  asFields,
  type FieldReader,
  type Fields,
  ignored,
  listOf,
  readShape,
  type Shape,
} from '../fields.js';
import { unpriced } from '../problems.js';
import { readUnknownTool } from '../unknown-tool.js';

/** OpenAI's own tools that are bounded by `max_tool_calls`, as usage counts their calls. */
const HOSTED: Readonly<Record<string, string>> = {
  web_search: 'web_search',
  web_search_2025_08_26: 'web_search',
  web_search_preview: 'web_search',
  web_search_preview_2025_03_11: 'web_search',
  file_search: 'file_search',
};

/** More than any window, which is then what counts. */
const WHOLE_WINDOW = 2 ** 31 - 1;

const HOSTED_TOOL: Shape = {
  type: ignored,
  filters: ignored,
  search_context_size: ignored,
  search_content_types: ignored,
  external_web_access: ignored,
  user_location: ignored,
  vector_store_ids: ignored,
  max_num_results: ignored,
  ranking_options: ignored,
  // `unlimited` lifts what bounds a run of a search.
  return_token_budget: (value, _path, draft) => {
    if (value !== 'default') draft.runTokens['web_search'] = WHOLE_WINDOW;
  },
};

const COMMON: Shape = {
  type: ignored,
  name: ignored,
  description: ignored,
  // Programs of the provider's that would call it are a tool of their own, which is refused.
  allowed_callers: ignored,
  defer_loading: ignored,
};

const LOCAL_ENVIRONMENT: FieldReader = (value, path) => {
  if (asFields(value, path)['type'] === 'local') return;
  throw unpriced(path, 'a container on the provider’s side, which is billed by the session');
};

/** Tools that the caller's own program runs: all that they cost is their JSON. */
const TOOLS: Readonly<Record<string, Shape>> = {
  function: {
    ...COMMON,
    parameters: ignored,
    strict: ignored,
    output_schema: ignored,
    cache_control: ignored,
  },
  custom: { ...COMMON, format: ignored },
  shell: { ...COMMON, environment: LOCAL_ENVIRONMENT },
  local_shell: COMMON,
  apply_patch: COMMON,
  computer: COMMON,
  computer_use: {
    ...COMMON,
    display_height: ignored,
    display_width: ignored,
    environment: ignored,
  },
  computer_use_preview: {
    ...COMMON,
    display_height: ignored,
    display_width: ignored,
    environment: ignored,
  },
  namespace: {
    ...COMMON,
    tools: listOf((value, path, draft) => readTool(value, path, draft)),
  },
  tool_search: {
    ...COMMON,
    parameters: ignored,
    execution: (value, path) => {
      if (value !== 'client') throw unpriced(path, 'a tool that the provider runs');
    },
  },
};

const tool: FieldReader = (value, path, draft) => {
  draft.countTool();
  draft.countJson(value);
  readTool(value, path, draft);
};

export const responseTools: FieldReader = listOf(tool);

function readTool(value: unknown, path: string, draft: Draft): void {
  const fields = asFields(value, path);
  const type = typeof fields['type'] === 'string' ? fields['type'] : '';
  const hosted = { ...HOSTED, ...draft.rules.serverTools };
  const counted = Object.hasOwn(hosted, type) ? hosted[type] : undefined;
  const shape = Object.hasOwn(TOOLS, type) ? TOOLS[type] : undefined;
  if (counted !== undefined) {
    readShape(value, path, HOSTED_TOOL, draft);
    // Its runs are those of `max_tool_calls`, which stands elsewhere in the body.
    draft.serverTools[counted] = 0;
    if (path.startsWith('input')) draft.hostedInInput.push(path);
  } else if (shape === undefined || isStrict(type, draft)) readUnknownTool(value, path, draft);
  else {
    readShape(value, path, shape, draft);
    if (type === 'tool_search' && fields['execution'] !== 'client') {
      throw unpriced(`${path}.execution`, 'none; expected "client": else the provider runs it');
    }
  }
}

/** Where unknown names are refused, so is what was not known before. */
function isStrict(type: string, { rules }: Draft): boolean {
  return rules.unknown === 'refuse' && type !== 'function' && type !== 'custom';
}

/**
 * Input that the provider keeps comes back by its id, tools and all, in a request whose own list says
 * nothing of them, so that their runs would have no limit there.
 * @throws {Problem}
 */
function checkKept(fields: Fields, draft: Draft): void {
  const [path] = draft.hostedInInput;
  const isKept = draft.isStored || (fields['conversation'] ?? undefined) !== undefined;
  if (path === undefined || !isKept) return;
  throw unpriced(
    path,
    'a tool on the provider’s side in input that is kept, where later calls could run it without ' +
      'a limit. List it under tools, or send store: false and no conversation',
  );
}

/**
 * The runs of hosted tools: as the request limits them, else as this gateway does.
 * @throws {Problem}
 */
export function limitTools(fields: Fields, draft: Draft): void {
  const names = Object.keys(draft.serverTools);
  if (names.length === 0) return;
  checkKept(fields, draft);
  const path = 'max_tool_calls';
  const limit = fields[path] ?? undefined;
  if (limit === undefined && draft.rules.unknown === 'refuse') {
    throw unpriced(path, 'none; with tools on the provider’s side their calls must be limited');
  }
  const runs = limit === undefined ? draft.rules.serverToolRuns : asCount(limit, path, 1_024);
  if (limit === undefined) draft.write(path, { key: path, value: runs });
  // The limit is of all of them together; which the model calls is not known before.
  for (const name of names) draft.serverTools[name] = runs;
  draft.addRounds('tools', runs);
}
