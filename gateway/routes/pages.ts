import { Problem } from '../api/problem.js';

/** The most that Anthropic's lists have on one page. */
const MOST = 1_000;

export interface Page<T> {
  readonly page: readonly T[];
  /** There are more in the direction in which was asked. */
  readonly hasMore: boolean;
}

/**
 * One page of a list, as Anthropic's API cuts them: `limit`, and `after_id` or `before_id`, next to
 * which it lies. Without a limit, as much as a page can have.
 * @throws {Problem} `invalid_request` for a limit that is none, or an id that is not in the list
 */
export function cutPage<T extends { readonly id: string }>(
  all: readonly T[],
  query: URLSearchParams,
): Page<T> {
  const limit = readLimit(query.get('limit'));
  const before = query.get('before_id') ?? '';
  if (before !== '') {
    const end = placeOf(all, before, 'before_id');
    const start = Math.max(0, end - limit);
    return { page: all.slice(start, end), hasMore: start > 0 };
  }
  const after = query.get('after_id') ?? '';
  const start = after === '' ? 0 : placeOf(all, after, 'after_id') + 1;
  return { page: all.slice(start, start + limit), hasMore: start + limit < all.length };
}

function readLimit(text: string | null): number {
  if (text === null || text === '') return MOST;
  const limit = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (limit >= 1 && limit <= MOST) return limit;
  throw mistaken('limit', text, `a whole number from 1 to ${MOST}`);
}

function placeOf(all: readonly { readonly id: string }[], id: string, param: string): number {
  const place = all.findIndex((one) => one.id === id);
  if (place !== -1) return place;
  throw mistaken(param, id, 'an id of the list');
}

function mistaken(param: string, found: string, expected: string): Problem {
  const shown = JSON.stringify(found.slice(0, 64));
  return new Problem('invalid_request', {
    message: `${param}: found ${shown}; expected ${expected}.`,
    param,
  });
}
