import { attenuate, composeCaveats, parseLimit } from '../../../src/index.js';
import type { Arena } from './arena.js';

/** Far more than the two children can use together. */
const ROOT = ['1000', '100usd/day', '1000calls'];
export const EVE = ['10', '1usd/day', '200calls'];
const SIBLING = ['50', '5usd/day', '100calls'];

/** A parent and two of its children, of which one means no good. */
export interface Family {
  readonly root: string;
  readonly sibling: string;
  readonly eve: string;
}

/** @param isCarved whether the sibling's budget is set aside for it */
export async function family(arena: Arena, isCarved: boolean): Promise<Family> {
  const root = await arena.gateway.mint(ROOT);
  return {
    root,
    sibling: child(root, 'sibling', SIBLING, isCarved),
    eve: child(root, 'eve', EVE, false),
  };
}

/** As `bursar delegate` writes it: closed by an `expires`. */
export function child(
  macaroon: string,
  holder: string,
  budgets: readonly string[],
  isCarved = false,
): string {
  const limits = budgets.map((text, place) => parseLimit(text, isCarved && place === 0));
  const expiresAtMs = Math.floor(Date.now() / 1_000) * 1_000 + 12 * 3_600_000;
  return attenuate(macaroon, composeCaveats({ holder, limits, expiresAtMs }));
}
