import type { Allowance } from '../../src/caveats/allowance.js';
import { LedgerUnavailable, type SharedState } from '../../src/ledger/contract.js';
import { unavailableProblem } from '../ledger-refusal.js';
import type { Fields } from '../providers/fields.js';
import type { Api, RecalledTokens } from '../providers/request.js';

/** Of one request; what is beyond is bounded by the model's window. */
const MOST_IDS = 256;
const ID = /^[\x21-\x7e]{1,128}$/;

/**
 * The provider's ids by which a request brings in what does not stand in it: of a response that it
 * goes on from, of a thread, and of items without their content.
 */
export function namedIds(api: Api, fields: Fields): string[] {
  if (api === 'messages') return listIds([memberOf(fields['thread'], 'previous_message_id')]);
  if (api !== 'responses') return [];
  const { input } = fields;
  const items: readonly unknown[] = Array.isArray(input) ? input : [];
  return listIds([fields['previous_response_id'], ...items.map(keptId)]);
}

/** Of items that say what they are, and not what is in them. */
const KEPT =
  /^(?:item_reference|reasoning|compaction|(?:web_search|file_search|code_interpreter)_call)$/;

function keptId(item: unknown): unknown {
  const type = memberOf(item, 'type') ?? 'item_reference';
  const content = memberOf(item, 'encrypted_content') ?? memberOf(item, 'content');
  const hasContent = Array.isArray(content) ? content.length > 0 : content !== undefined;
  return typeof type === 'string' && KEPT.test(type) && !hasContent
    ? memberOf(item, 'id')
    : undefined;
}

function memberOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return (value as Fields)[name] ?? undefined;
}

function listIds(found: readonly unknown[]): string[] {
  const ids = found.filter((id): id is string => typeof id === 'string' && ID.test(id));
  return [...new Set(ids)].slice(0, MOST_IDS);
}

/**
 * What the gateways saw of these ids. What an account made is for it and for those below it. Another
 * model can count the same text and the same images as many times as much, so that what it made is not
 * known.
 * @param model the one that is asked for
 * @throws {Problem} `ledger_unavailable`
 */
export async function recallFor(
  shared: Pick<SharedState, 'recall'>,
  { tenant, rootId, path }: Allowance,
  model: string,
  ids: readonly string[],
): Promise<RecalledTokens> {
  const own = new Set(path.map(({ account }) => account));
  try {
    const found = await shared.recall({ tenant, rootId, ids });
    const known = found.filter((one) => one.model === model || !own.has(one.account));
    return new Map(
      known.map(({ id, account, tokens }) => [id, own.has(account) ? tokens : 'foreign']),
    );
  } catch (error) {
    throw error instanceof LedgerUnavailable ? unavailableProblem(error) : error;
  }
}
