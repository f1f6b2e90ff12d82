import type { ModelPrice } from '../../src/pricing/models/index.js';

/** The line of the model that an answer names. */
export type ServedLine =
  /** The one that was asked for, or the same by another of its names. */
  | { readonly status: 'asked' }
  | { readonly status: 'other'; readonly price: ModelPrice }
  /** Another model, whose price nobody knows. */
  | { readonly status: 'unknown' };

/** What a provider writes behind the name for one version of a model: a day, a month, or `latest`. */
const VERSION = /(?:[-@:](?:20\d{2}-?[01]\d-?[0-3]\d|\d{4}|latest))+$/;

/**
 * @param asked the model as the request names it
 * @param served the model as the answer names it
 * @param price the line with which the call is held
 * @param find the price list
 */
export function servedLine(
  asked: string,
  served: string,
  price: ModelPrice,
  find: (model: string) => ModelPrice | undefined,
): ServedLine {
  if (served === asked) return { status: 'asked' };
  const line = find(served);
  if (line === price) return { status: 'asked' };
  if (line !== undefined) return { status: 'other', price: line };
  return isSameName(asked, served) ? { status: 'asked' } : { status: 'unknown' };
}

/** Whether two names differ in their version alone, in their case, or in that one says before a slash whose it is. */
function isSameName(asked: string, served: string): boolean {
  const one = parts(asked);
  const other = parts(served);
  const isSameOwner = one.owner === other.owner || one.owner === '' || other.owner === '';
  return isSameOwner && one.name === other.name;
}

function parts(model: string): { readonly owner: string; readonly name: string } {
  const lower = model.toLowerCase();
  const slash = lower.lastIndexOf('/');
  return { owner: lower.slice(0, slash + 1), name: lower.slice(slash + 1).replace(VERSION, '') };
}
