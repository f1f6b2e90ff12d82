import { ConfigError } from '../../../gateway/config/errors.js';
import { loadPriceList } from '../../../gateway/prices/load.js';
import { SHIPPED_PRICES } from '../../../gateway/prices/shipped.js';
import { memoryFiles } from '../config/memory-files.js';

export const FILE = '/etc/bursar/prices.yaml';

/** What stands in the shipped list's place. */
const SHIPPED = `models:
  gpt-4o: {input: 2.5, output: 10, source: shipped, date: 2026-01-01}
  "gpt-4o-*": {input: 3, output: 12, source: shipped, date: 2026-01-01}
`;

export function load(yaml: string, shipped = SHIPPED) {
  const files = { [FILE]: { text: yaml }, [SHIPPED_PRICES]: { text: shipped } };
  return loadPriceList(FILE, memoryFiles(files));
}

/** Why it is no price list: the lines of the refusal, without the file's name in front. */
export function mistakesOf(yaml: string): string[] {
  try {
    load(yaml);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.message.split('\n').map((line) => line.slice(FILE.length + 1).trimStart());
  }
  throw new Error(`expected a refusal of:\n${yaml}`);
}
