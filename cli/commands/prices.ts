import { resolve } from 'node:path';
import type { Command } from 'commander';
import { ConfigError } from '../../gateway/config/errors.js';
import { nodeFiles } from '../../gateway/config/files.js';
import { loadPriceList } from '../../gateway/prices/load.js';
import type { ModelPriceList } from '../../src/pricing/models/index.js';
import { Refusal } from '../errors.js';
import type { Io } from '../io.js';
import {
  addConfigOption,
  addExample,
  addJsonOption,
  type ConfigOption,
  type JsonOption,
} from '../options.js';
import { renderPrice, toPriceRecord } from '../render/price.js';
import { styleFor } from '../render/style.js';
import { findPricesFile } from '../settings.js';
import { addImportPrices } from './import-prices.js';

type PricesOptions = ConfigOption & JsonOption;

export function addPrices(program: Command, io: Io): void {
  const prices = program
    .command('prices')
    .summary('check the price list of models, show a price, or import prices')
    .description(
      'What model calls cost: the list that the configuration names under prices, else the one ' +
        'that comes with this version. A running gateway follows a change within seconds.',
    );
  addExample(prices, 'bursar prices show gpt-4o');

  const check = prices
    .command('check')
    .description(
      'Reads a price list, and tells every mistake with its line, what was found and what was ' +
        'expected.',
    )
    .argument('[file]', 'a price list, instead of the configured one');
  addConfigOption(check);
  addJsonOption(check);
  addExample(check, 'bursar prices check my-prices.yaml');
  check.action((file: string | undefined, options: PricesOptions) =>
    checkPrices(io, file, options),
  );

  const show = prices
    .command('show')
    .description(
      'Shows what a model costs, on each service tier and for each length of input, and where each ' +
        'figure was read. Exit status 1 when it has no price: calls of it are refused.',
    )
    .argument('<model>', 'the name as it stands in a request');
  addConfigOption(show);
  addJsonOption(show);
  addExample(show, 'bursar prices show claude-sonnet-4-20250514');
  show.action((model: string, options: PricesOptions) => showPrice(io, model, options));
  addImportPrices(prices, io);
}

function checkPrices(io: Io, given: string | undefined, options: PricesOptions): void {
  try {
    const file = given === undefined ? findPricesFile(io, options) : resolve(io.cwd, given);
    io.out.write(renderSummary(file, loadPriceList(file, nodeFiles), options));
  } catch (error) {
    if (options.json && error instanceof ConfigError) {
      io.out.write(`${JSON.stringify({ ok: false, problems: error.problems })}\n`);
    }
    throw error;
  }
}

function renderSummary(file: string, { rules }: ModelPriceList, { json }: JsonOption): string {
  const prices = [...new Set(rules.map(({ price }) => price))];
  const oldest = prices
    .flatMap(({ tiers, serverTools }) => [...tiers.values(), ...serverTools.values()])
    .map(({ origin }) => origin.date)
    .toSorted()[0];
  const models = prices.length;
  const names = rules.length;
  const reasoning = prices.filter(({ reasons }) => reasons).length;
  const unboundedTools = prices
    .flatMap(({ serverTools }) => [...serverTools.values()])
    .filter(({ tokensPerRun }) => tokensPerRun === undefined).length;
  const found = { models, names, oldest: oldest ?? null, reasoning, unboundedTools };
  if (json) return `${JSON.stringify({ ok: true, file, ...found })}\n`;
  return (
    `OK      ${file}\n` +
    `models  ${models}, by ${names} names and prefixes\n` +
    `oldest  ${oldest ?? 'no figure'}\n` +
    `reason  ${reasoning} of the models\n` +
    `tools   ${unboundedTools} without tokensPerRun: a run of them is held at the context window\n`
  );
}

function showPrice(io: Io, model: string, options: PricesOptions): void {
  const file = findPricesFile(io, options);
  const price = loadPriceList(file, nodeFiles).find(model);
  if (price === undefined) {
    throw new Refusal(
      `found no price for ${JSON.stringify(model)} in ${file}; expected a line with that name, in ` +
        'its own case, or a prefix of it: without one its calls are refused with price_unknown',
    );
  }
  io.out.write(
    options.json
      ? `${JSON.stringify(toPriceRecord(model, file, price))}\n`
      : renderPrice(model, file, price, styleFor(io.out)),
  );
}
