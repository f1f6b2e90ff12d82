import { parseExactJson } from '../../../src/text/exact-json.js';
import { priceListSchema } from '../schema.js';
import { type Entry, type Imported, isEntry } from './imported.js';
import { readLiteLlm } from './litellm.js';
import { readModelsDev } from './models-dev.js';
import { toTree } from './render.js';

export type { Imported, LeftOut } from './imported.js';
export { renderPriceList } from './render.js';

/** The file is none that is known, or a provider has to be named. For people. */
export class ImportError extends Error {
  override readonly name = 'ImportError';
}

/**
 * Reads a downloaded price file of LiteLLM or of models.dev.
 * @param text the file, JSON
 * @param providers those whose models are taken, by the file's names; none for all of LiteLLM's
 * @param date the day on which it was read, `YYYY-MM-DD`
 * @returns only lines that a price list takes
 * @throws {ImportError}
 */
export function importPrices(text: string, providers: readonly string[], date: string): Imported {
  return onlyValid(read(parse(text), new Set(providers)), date);
}

function parse(text: string): Entry {
  try {
    const file = parseExactJson(text);
    if (isEntry(file)) return file;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new ImportError(
    'found no JSON object, expected model_prices_and_context_window.json of LiteLLM, or api.json of models.dev',
  );
}

function read(file: Entry, providers: ReadonlySet<string>): Imported {
  const entries = Object.entries(file).filter(([, value]) => isEntry(value)) as [string, Entry][];
  const isModelsDev = entries.some(([, entry]) => isEntry(entry['models']));
  if (!isModelsDev && !entries.some(([, entry]) => entry['litellm_provider'] !== undefined)) {
    throw new ImportError(
      'found neither litellm_provider nor models in it, expected model_prices_and_context_window.json ' +
        'of LiteLLM, or api.json of models.dev',
    );
  }
  const known = isModelsDev
    ? entries.map(([name]) => name)
    : entries.map(([, entry]) => String(entry['litellm_provider']));
  const unknown = [...providers].filter((one) => !known.includes(one));
  const all = [...new Set(known)].sort().join(', ');
  if (unknown.length > 0) {
    throw new ImportError(`found no provider ${unknown.join(', ')} in it; expected one of ${all}`);
  }
  if (isModelsDev && providers.size === 0) {
    throw new ImportError(
      `models.dev has one model with several providers, at several prices: say --provider, one of ${all}`,
    );
  }
  return isModelsDev ? readModelsDev(file, providers) : readLiteLlm(file, providers);
}

/** What the price list's own schema refuses is left out, in its words. */
function onlyValid({ models, left }: Imported, date: string): Imported {
  const refused = [...models].flatMap(([name, model]) => {
    const checked = priceListSchema.safeParse({ models: { [name]: toTree(model, date) } });
    const [issue] = checked.success ? [] : checked.error.issues;
    if (issue === undefined) return [];
    const at = issue.path.slice(2).join('.');
    const [{ message } = issue] = issue.code === 'invalid_key' ? issue.issues : [];
    return [{ model: name, why: `${at === '' ? '' : `${at}: `}expected ${message}` }];
  });
  const names = new Set(refused.map(({ model }) => model));
  return {
    models: new Map([...models].filter(([name]) => !names.has(name))),
    left: [...left.filter(({ model }) => !names.has(model)), ...refused],
  };
}
