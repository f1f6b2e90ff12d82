import { Document } from 'yaml';
import type { ImportedModel } from './imported.js';

/** A line of `prices.yaml` as its schema reads it: every figure a text. */
export function toTree(model: ImportedModel, date: string): Readonly<Record<string, unknown>> {
  const { serverTools, reasons, source, ...rest } = model;
  const tools = Object.entries(serverTools ?? {}).map(([name, perRun]) => [name, { perRun }]);
  return {
    ...rest,
    ...(tools.length === 0 ? {} : { serverTools: Object.fromEntries(tools) }),
    ...(reasons === undefined ? {} : { reasons: 'true' }),
    source,
    date,
  };
}

/**
 * The price list as YAML, in the order of its names.
 * @param base a list that these lines stand above: `shipped`
 */
export function renderPriceList(
  models: ReadonlyMap<string, ImportedModel>,
  date: string,
  base?: 'shipped',
): string {
  const sorted = [...models].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const lines = Object.fromEntries(sorted.map(([name, one]) => [name, toTree(one, date)]));
  const document = new Document({ ...(base && { extends: base }), models: lines });
  // Figures are written as they were read, without quotes.
  return document
    .toString({ lineWidth: 0 })
    .replaceAll(/^( +(?:- )?\w+: )"(\d[\d.]*|true)"$/gm, '$1$2');
}
