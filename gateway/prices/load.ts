import {
  createModelPriceList,
  DEFAULT_TIER,
  type ModelPrice,
  type ModelPriceList,
  type Origin,
  type PriceRule,
  type Rates,
  type ToolRate,
} from '../../src/pricing/models/index.js';
import { parseConfigDocument } from '../config/document.js';
import { ConfigError } from '../config/errors.js';
import { describeReadError, type FileReader } from '../config/files.js';
import { readNameRule } from '../config/grammar.js';
import { toProblems } from '../config/issues.js';
import { throwAny } from '../config/load.js';
import { type ModelLine, priceListSchema, type RatesLine } from './schema.js';
import { SHIPPED_PRICES } from './shipped.js';

/**
 * Reads a price list, and the shipped one under it when it says `extends: shipped`.
 * @param file an absolute path
 * @throws {ConfigError} with every mistake in it: line, what was found, what was expected
 */
export function loadPriceList(file: string, files: Pick<FileReader, 'read'>): ModelPriceList {
  const document = parseConfigDocument(file, readText(file, files));
  const checked = priceListSchema.safeParse(document.tree);
  if (!checked.success) {
    // Nothing here waits for the environment: a price is what the file says.
    throwAny(toProblems(document, document.tree, checked.error.issues, () => false));
    throw checked.error;
  }
  const { models, extends: base } = checked.data;
  const own = Object.entries(models).flatMap(([pattern, line]) => toRules(pattern, line));
  if (base === undefined) return createModelPriceList(own);
  if (file === SHIPPED_PRICES) throw selfExtended(file);
  return createModelPriceList(merge(loadPriceList(SHIPPED_PRICES, files).rules, own));
}

function readText(file: string, files: Pick<FileReader, 'read'>): string {
  try {
    return files.read(file).text;
  } catch (error) {
    const expected = 'a price list';
    throw new ConfigError([{ file, setting: '', found: describeReadError(error), expected }]);
  }
}

function selfExtended(file: string): ConfigError {
  const expected = 'no such line: this is the shipped list';
  return new ConfigError([{ file, setting: 'extends', found: '"shipped"', expected }]);
}

/** The own lines, and those of the base that no own one replaces. */
function merge(base: readonly PriceRule[], own: readonly PriceRule[]): PriceRule[] {
  const replaced = new Set(own.map(toPattern));
  return [...base.filter((rule) => !replaced.has(toPattern(rule))), ...own];
}

function toPattern({ name, prefix }: Pick<PriceRule, 'name' | 'prefix'>): string {
  return `${name}${prefix ? '*' : ''}`;
}

function toRules(pattern: string, line: ModelLine): PriceRule[] {
  const price = toPrice(pattern, line);
  return [readNameRule(pattern), ...line.aliases].map((rule) => ({ ...rule, price }));
}

function toPrice(pattern: string, line: ModelLine): ModelPrice {
  const origin: Origin = { source: line.source, date: line.date };
  const base = toRates(line, origin);
  const tools = Object.entries(line.serverTools);
  return {
    pattern,
    tiers: new Map<string, Rates>([
      [DEFAULT_TIER, base],
      ...line.standardTiers.map((name): [string, Rates] => [name, base]),
      ...Object.entries(line.tiers).flatMap(([name, tier]) => {
        const rates = toRates(tier, originOf(tier, origin));
        return [name, ...tier.aliases].map((each): [string, Rates] => [each, rates]);
      }),
    ]),
    serverTools: new Map(tools.map(([name, tool]) => [name, toToolRate(tool, origin)])),
    contextWindow: line.contextWindow,
    maxOutput: line.maxOutput,
    reasons: line.reasons,
    defaultOutput: line.defaultOutput,
    origin,
  };
}

function toToolRate(tool: ModelLine['serverTools'][string], origin: Origin): ToolRate {
  const { picosPerRun, tokensPerRun } = tool;
  const own = originOf(tool, origin);
  if (tokensPerRun === undefined) return { picosPerRun, origin: own };
  const tokensOrigin = originOf({ source: tool.tokensSource, date: tool.tokensDate }, own);
  return { picosPerRun, tokensPerRun, tokensOrigin, origin: own };
}

function toRates(line: Omit<RatesLine, 'source' | 'date' | 'aliases'>, origin: Origin): Rates {
  const { perImage, perRequest, perMillionCharacters: perCharacter, long } = line;
  const { input, cachedInput, cacheWrite, cacheWriteLong, output, reasoning } = line;
  const base = { input, cachedInput, cacheWrite, cacheWriteLong, output, reasoning };
  const longer = long.map(({ above, ...figures }) => ({ aboveInputTokens: above, ...figures }));
  return {
    bands: [{ aboveInputTokens: 0, ...base }, ...longer],
    perImage,
    perRequest,
    perCharacter,
    origin,
  };
}

function originOf(
  own: { readonly source?: string | undefined; readonly date?: string | undefined },
  origin: Origin,
): Origin {
  return { source: own.source ?? origin.source, date: own.date ?? origin.date };
}
