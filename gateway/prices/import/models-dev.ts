import { shiftDecimal } from './decimal.js';
import {
  type Entry,
  type Figure,
  type Figures,
  type Imported,
  type ImportedModel,
  isEntry,
  type LeftOut,
} from './imported.js';

/** models.dev's `api.json`: providers, each with its models, and costs in USD per million tokens. */
const KEYS: Readonly<Record<string, Figure>> = {
  input: 'input',
  output: 'output',
  cache_read: 'cachedInput',
  cache_write: 'cacheWrite',
  reasoning: 'reasoning',
};
const LONG = /^context_over_(\d+)k$/;

/** Several providers sell one model under one name: the first of them that was asked for counts. */
export function readModelsDev(file: Entry, providers: ReadonlySet<string>): Imported {
  const models = new Map<string, ImportedModel>();
  const left: LeftOut[] = [];
  for (const provider of providers) {
    const own = isEntry(file[provider]) ? file[provider]['models'] : undefined;
    if (!isEntry(own)) continue;
    for (const [name, entry] of Object.entries(own)) {
      if (!isEntry(entry)) continue;
      if (models.has(name)) left.push({ model: name, why: `${provider} sells it, too` });
      else if (!isEntry(entry['cost'])) left.push({ model: name, why: 'it has no cost' });
      else models.set(name, readModel(name, provider, entry, entry['cost'], left));
    }
  }
  return { models, left };
}

function readModel(
  model: string,
  provider: string,
  entry: Entry,
  cost: Entry,
  left: LeftOut[],
): ImportedModel {
  const base = readFigures(model, cost, left);
  const long = Object.entries(cost).flatMap(([key, value]) => {
    const above = LONG.exec(key)?.[1];
    if (above === undefined || !isEntry(value)) return [];
    // Where nothing is said, what is written to a cache costs what it did, and what is read what input does.
    const band = readFigures(model, value, left);
    const fallback = { ...base, ...(band.input === undefined ? {} : { cachedInput: band.input }) };
    const figures = Object.keys(base) as Figure[];
    const all = figures.map((figure) => [figure, band[figure] ?? fallback[figure]]);
    return [{ above: `${above}000`, ...Object.fromEntries(all) }];
  });
  const limit = isEntry(entry['limit']) ? entry['limit'] : {};
  return {
    ...base,
    ...(long.length === 0 ? {} : { long }),
    ...(isCount(limit['context']) ? { contextWindow: limit['context'] } : {}),
    ...(isCount(limit['output']) ? { maxOutput: limit['output'] } : {}),
    ...(entry['reasoning'] === true ? { reasons: true } : {}),
    source: `models.dev, api.json, ${provider}`,
  };
}

function readFigures(model: string, cost: Entry, left: LeftOut[]): Figures {
  const figures: Partial<Record<Figure, string>> = {};
  for (const [key, value] of Object.entries(cost)) {
    if (typeof value !== 'string') continue;
    const figure = KEYS[key];
    const amount = shiftDecimal(value, 0);
    if (figure === undefined) left.push({ model, why: `${key} has no place in a price list` });
    else if (amount === undefined) left.push({ model, why: `${key}: ${value} is no price` });
    else figures[figure] = amount;
  }
  return figures;
}

function isCount(value: unknown): value is string {
  return typeof value === 'string' && /^[1-9]\d{0,8}$/.test(value);
}
