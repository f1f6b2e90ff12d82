import { dirname, resolve } from 'node:path';
import type { LoadedConfig } from './load.js';

/** Paths are relative to the file. */
export function pathBeside({ document }: LoadedConfig, path: string): string {
  return resolve(dirname(document.file), path);
}
