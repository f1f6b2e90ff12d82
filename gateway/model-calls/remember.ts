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
 * its items, which are no longer than what it put out.
 * @returns undefined for an API whose answers nobody names
 */
export function rememberFor(
  { shared, log }: RememberDeps,
  { tenant, rootId, path }: Allowance,
  { api, model, isStored }: Pick<ModelRequest, 'api' | 'model' | 'isStored'>,
): Remember | undefined {
  const account = path.at(-1)?.account ?? '';
  if (account === '' || !(api === 'responses' || (api === 'messages' && isStored)))
    return undefined;
  const keep = (ids: readonly string[], tokens: number): void => {
    if (ids.length === 0) return;
    const made = { tenant, rootId, account, model, ids, tokens };
    shared.remember(made).catch((error: unknown) => {
      // The next request that names it holds the model's whole window, and no more.
      log.debug({ account, reason: String(error) }, 'an answer was not remembered');
    });
  };
  return ([own = '', ...items], usage) => {
    if (isStored && own !== '') keep([own], totalTokens(usage));
    keep(items.slice(0, MOST_ITEMS), usage.output + usage.reasoning);
  };
}
