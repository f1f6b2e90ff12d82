import { NO_RUNS, type Runs } from '../counts.js';

/** What is looked at of an item that a response is made of. */
export interface Item {
  readonly type: string;
  /** What a search in the web did, where it says so. */
  readonly action: string | undefined;
  /** Where a shell ran, where it says so. */
  readonly environment: string | undefined;
}

/** Calls that the caller's own program carries out, or that OpenAI does not bill. */
const NOT_HOSTED = new Set([
  'apply_patch_call',
  'computer_call',
  'custom_tool_call',
  'function_call',
  'local_shell_call',
  'mcp_call',
  'tool_search_call',
]);

/** OpenAI, "Web search": search actions incur the cost of a tool call; these two don't. */
const FREE_ACTIONS = new Set(['open_page', 'find_in_page']);

/**
 * The tool of OpenAI's own that an item is a run of: every item `…_call` that is not known to be free. A
 * tool that is new is counted under its name, so that it is charged as its price says, or as the hold.
 * @param hosted the tools on the provider's side that the request has
 */
export function runOf(item: Item, hosted: Readonly<Record<string, number>>): string | undefined {
  const { type } = item;
  if (!type.endsWith('_call') || NOT_HOSTED.has(type)) return undefined;
  if (type === 'web_search_call' && FREE_ACTIONS.has(item.action ?? '')) return undefined;
  if (type === 'shell_call' && isOwnShell(item, hosted)) return undefined;
  return type.slice(0, -'_call'.length);
}

/** One type for a shell of the caller's and one of OpenAI's, which runs in a container. */
function isOwnShell({ environment }: Item, hosted: Readonly<Record<string, number>>): boolean {
  if (environment === undefined) return !Object.hasOwn(hosted, 'shell');
  return environment === 'local';
}

/** As many runs as a stream can say: a request can ask for 1,024 at the most. */
const MAX_RUNS = 10_000;

/** The runs that a stream has said, each once, however often it is said. */
export class StreamedItems {
  #runs: Map<string, string | undefined> | undefined;

  /** Whether there were more than are told apart. */
  get isOverfull(): boolean {
    return (this.#runs?.size ?? 0) > MAX_RUNS;
  }

  /** @param key by which the item is known; the later word about it counts */
  note(key: string, run: string | undefined): void {
    if (this.isOverfull || (run === undefined && this.#runs?.has(key) !== true)) return;
    this.#runs ??= new Map();
    this.#runs.set(key, run);
  }

  runs(): Runs {
    return this.#runs === undefined ? NO_RUNS : countRuns([...this.#runs.values()]);
  }
}

/** How often each tool stands here. */
export function countRuns(runs: readonly (string | undefined)[]): Runs {
  const counts = new Map<string, number>();
  for (const run of runs) if (run !== undefined) counts.set(run, (counts.get(run) ?? 0) + 1);
  return Object.fromEntries(counts);
}
