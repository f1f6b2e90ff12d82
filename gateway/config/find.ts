import { join, resolve } from 'node:path';
import { ConfigError } from './errors.js';
import type { FileReader } from './files.js';
import type { Environment } from './interpolate.js';

export interface FindOptions {
  /** The value of `--config`. */
  readonly flag?: string | undefined;
  readonly env: Environment;
  /** An absolute path. */
  readonly cwd: string;
  readonly files: Pick<FileReader, 'exists'>;
}

/** Looked for in this order, below the working directory. */
const PLACES = ['bursar.yaml', join('.bursar', 'bursar.yaml')];

/**
 * Which file is the configuration, as an absolute path: `--config`, else `$BURSAR_CONFIG`, else
 * the first of `bursar.yaml` and `.bursar/bursar.yaml` that is there. Undefined when none is. One
 * that was named is not looked at: to fall back from it would serve another gateway's settings.
 */
export function findConfig({ flag, env, cwd, files }: FindOptions): string | undefined {
  const named = flag ?? env['BURSAR_CONFIG'];
  if (named !== undefined && named !== '') return resolve(cwd, named);
  return PLACES.map((place) => resolve(cwd, place)).find((file) => files.exists(file));
}

/** {@link findConfig} for a command that can't do without. @throws {ConfigError} */
export function requireConfig(options: FindOptions): string {
  const file = findConfig(options);
  if (file !== undefined) return file;
  throw new ConfigError([
    {
      file: options.cwd,
      setting: '',
      found: 'no configuration',
      expected: `${PLACES.join(' or ')} here, --config FILE or $BURSAR_CONFIG; "bursar init" writes one`,
    },
  ]);
}
