import type { Allowance } from '../../src/caveats/allowance.js';
import type { SharedState } from '../../src/ledger/contract.js';
import { totalTokens, type Usage } from '../../src/pricing/usage.js';
import type { Log } from '../logging.js';
import type { ModelRequest } from '../providers/request.js';

/** Of one answer; what else of it a later request names is bounded by the model's window. */
const MOST_ITEMS = 16;

export interface RememberDeps {
  readonly shared: Pick<SharedState, 'remember'>;
  readonly log: Log;
}

export type Remember = (ids: readonly string[], usage: Usage) => void;

/**
 * Keeps what an answer used, by the ids under which later requests can name it: its own, and those of
 * its items, which are no longer than what it put out and what tools on the provider's side found.
 * @returns undefined for an API whose answers nobody names
 */
export function rememberFor(
  { shared, log }: RememberDeps,
  { tenant, rootId, path }: Allowance,
  request: Pick<ModelRequest, 'api' | 'model' | 'isStored' | 'mayShrink' | 'serverTools'>,
): Remember | undefined {
  const { api, model, isStored, mayShrink } = request;
  const account = path.at(-1)?.account ?? '';
  if (account === '' || !(api === 'responses' || (api === 'messages' && isStored)))
    return undefined;
  // What a tool on the provider's side found is no output: the model has read it.
  const hasRun = Object.keys(request.serverTools).length > 0;
  const keep = (ids: readonly string[], tokens: number): void => {
    if (ids.length === 0) return;
    const made = { tenant, rootId, account, model, ids, tokens };
    shared.remember(made).catch((error: unknown) => {
      // The next request that names it holds the model's whole window, and no more.
      log.debug({ account, reason: String(error) }, 'an answer was not remembered');
    });
  };
  return ([own = '', ...items], usage) => {
    const all = totalTokens(usage);
    // What was left out of the input for once is kept there all the same.
    if (isStored && own !== '' && !mayShrink) keep([own], all);
    keep(items.slice(0, MOST_ITEMS), hasRun ? all : usage.output + usage.reasoning);
  };
}
