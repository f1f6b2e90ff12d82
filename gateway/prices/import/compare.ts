import type { ModelPrice, ModelPriceList } from '../../../src/pricing/models/index.js';
import { FIGURES, type Figure } from './imported.js';

/** A figure that differs from that of another list, for the shortest calls on the default tier. */
export interface Change {
  readonly model: string;
  readonly figure: Figure;
  /** In pico-dollars a token. */
  readonly before: number;
  readonly now: number;
}

/** @param names of models that stand in both lists, or in the new one alone */
export function compareLists(
  names: Iterable<string>,
  before: ModelPriceList,
  now: ModelPriceList,
): readonly Change[] {
  return [...names].flatMap((model) => {
    const [old, own] = [before.find(model), now.find(model)];
    return old === undefined || own === undefined ? [] : changesOf(model, old, own);
  });
}

function changesOf(model: string, old: ModelPrice, own: ModelPrice): readonly Change[] {
  return FIGURES.flatMap((figure) => {
    const [before, now] = [figureOf(old, figure), figureOf(own, figure)];
    const isSame = before === undefined || now === undefined || before === now;
    return isSame ? [] : [{ model, figure, before, now }];
  });
}

function figureOf({ tiers }: ModelPrice, figure: Figure): number | undefined {
  return tiers.get('default')?.bands[0][figure];
}
