import { ConfigError } from '../../../gateway/config/errors.js';
import { loadConfig } from '../../../gateway/config/load.js';
import { resolveForServe, type ServeConfig } from '../../../gateway/config/resolve.js';
import { formatKeyRing, newKeyRing } from '../../../src/macaroon/index.js';
import { type MemoryFile, memoryFiles } from './memory-files.js';

export const FILE = '/etc/bursar/bursar.yaml';
export const OPERATOR_KEY = 'Zk3q-9vTn2_xR7mWc4LbYh8sJd6PfGu1';

const material = Uint8Array.from({ length: 36 }, (_, i) => (i * i * 37 + 11) % 251);
export const KEY_RING = newKeyRing({ random: material, nowMs: 0 });

/** The secrets' files as `bursar init` makes them. */
export const SECRET_FILES: Readonly<Record<string, MemoryFile>> = {
  '/etc/bursar/keys.json': { text: formatKeyRing(KEY_RING) },
  '/etc/bursar/operator.key': { text: `${OPERATOR_KEY}\n` },
};

/** The least that serves. */
export const MINIMAL = 'operatorKeyFile: operator.key\ntools: {defaultCost: 1}\n';

export interface Given {
  readonly yaml: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, MemoryFile>>;
}

/** Loads and resolves as `serve` does. */
export function serve({ yaml, env = {}, files = {} }: Given): ServeConfig {
  const all = memoryFiles({ ...SECRET_FILES, ...files, [FILE]: { text: yaml, mode: 0o644 } });
  return resolveForServe(loadConfig(FILE, all), env, all);
}

/** Why it does not serve: the lines of the refusal, without the file's name in front. */
export function mistakesOf(given: Given): string[] {
  try {
    serve(given);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.message.split('\n').map((line) => {
      if (!line.startsWith(`${FILE}:`)) throw new Error(`expected the file's name in: ${line}`);
      return line.slice(FILE.length + 1).trimStart();
    });
  }
  throw new Error(`expected a refusal of:\n${given.yaml}`);
}
