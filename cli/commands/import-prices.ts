import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { nodeFiles } from '../../gateway/config/files.js';
import { type Change, compareLists } from '../../gateway/prices/import/compare.js';
import {
  ImportError,
  type Imported,
  importPrices,
  type LeftOut,
  renderPriceList,
} from '../../gateway/prices/import/index.js';
import { loadPriceList } from '../../gateway/prices/load.js';
import { formatMicros } from '../../src/money/micros.js';
import { Refusal } from '../errors.js';
import type { Io } from '../io.js';
import { addConfigOption, addExample, type ConfigOption } from '../options.js';
import { findPricesFile } from '../settings.js';

interface ImportOptions extends ConfigOption {
  readonly provider?: readonly string[];
  readonly extend?: boolean;
  readonly all?: boolean;
}

export function addImportPrices(prices: Command, io: Io): void {
  const command = prices
    .command('import')
    .description(
      'Turns a downloaded price file of LiteLLM (model_prices_and_context_window.json) or of ' +
        'models.dev (api.json) into a price list, on standard output. Says on standard error what it ' +
        'could not take over, and what is dearer or cheaper than in the list that is in use.',
    )
    .argument('<file>', 'the file that was downloaded')
    .option('--provider <name...>', "only models of these providers, by the file's names")
    .option('--extend', 'a list that stands above the shipped one, which has all other models')
    .option('--all', 'tell everything that differs or is left out, and not the first 20');
  addConfigOption(command);
  addExample(command, 'bursar prices import api.json --provider openai > prices.yaml');
  command.action((file: string, options: ImportOptions) => run(io, file, options));
}

/** The list before it is a file: as a gateway will read it. */
const WRITTEN = '/imported.yaml';

function run(io: Io, file: string, options: ImportOptions): void {
  const date = new Date(io.clock()).toISOString().slice(0, 10);
  const imported = readImport(resolve(io.cwd, file), options.provider ?? [], date);
  const { models, left } = imported;
  if (models.size === 0) throw new Refusal(`found no model in ${file} that a price list can take`);
  const text = renderPriceList(models, date, options.extend ? 'shipped' : undefined);
  const own = loadPriceList(WRITTEN, {
    read: (at) => (at === WRITTEN ? { text, mode: 0o600 } : nodeFiles.read(at)),
  });
  const changes = compareLists(
    models.keys(),
    loadPriceList(findPricesFile(io, options), nodeFiles),
    own,
  );
  io.out.write(text);
  const most = options.all ? Number.POSITIVE_INFINITY : 20;
  io.err.write(
    [
      `took over ${models.size} models\n`,
      list(
        'dearer than now',
        changes.filter(({ before, now }) => now > before).map(renderChange),
        most,
      ),
      list(
        'cheaper than now',
        changes.filter(({ before, now }) => now < before).map(renderChange),
        most,
      ),
      list('left out', left.map(renderLeft), most),
    ].join(''),
  );
}

function readImport(file: string, providers: readonly string[], date: string): Imported {
  try {
    return importPrices(readFileSync(file, 'utf8'), providers, date);
  } catch (error) {
    if (error instanceof ImportError) throw new Refusal(`${file}: ${error.message}`);
    const { code } = error as { readonly code?: string };
    if (code !== undefined) throw new Refusal(`${file}: can't be read (${code})`);
    throw error;
  }
}

function list(title: string, lines: readonly string[], most: number): string {
  if (lines.length === 0) return '';
  const rest = lines.length > most ? [`… and ${lines.length - most} more; --all tells them`] : [];
  return [`${title}: ${lines.length}`, ...lines.slice(0, most), ...rest].join('\n  ').concat('\n');
}

/** A pico-dollar a token is a micro-dollar for a million of them. */
function renderChange({ model, figure, before, now }: Change): string {
  return `${model}: ${figure} ${formatMicros(before)} -> ${formatMicros(now)} USD per million tokens`;
}

function renderLeft({ model, why }: LeftOut): string {
  return `${model}: ${why}`;
}
