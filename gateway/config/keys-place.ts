import { dirname } from 'node:path';
import type { LoadedConfig } from './load.js';
import { pathBeside } from './paths.js';
import type { Settings } from './schema.js';

/** Where the key ring comes from. */
export type KeysPlace =
  /** An absolute path. */
  | { readonly kind: 'file'; readonly file: string }
  /** Inherited from whoever starts the process, and read once. */
  | { readonly kind: 'descriptor'; readonly descriptor: number }
  | ({ readonly kind: 'command' } & KeysCommand);

/** Prints the ring on its standard output. */
export interface KeysCommand {
  /** Without a shell. */
  readonly program: string;
  readonly args: readonly string[];
  /** The configuration's folder. */
  readonly cwd: string;
}

export function toKeysPlace(
  loaded: LoadedConfig,
  { keys = { path: 'keys.json' }, keysCommand }: Pick<Settings, 'keys' | 'keysCommand'>,
): KeysPlace {
  if (keysCommand !== undefined) {
    const [program = '', ...args] = keysCommand;
    return { kind: 'command', program, args, cwd: dirname(loaded.document.file) };
  }
  if ('descriptor' in keys) return { kind: 'descriptor', descriptor: keys.descriptor };
  return { kind: 'file', file: pathBeside(loaded, keys.path) };
}

/** The setting that names it. */
export function settingOf({ kind }: KeysPlace): 'keys' | 'keysCommand' {
  return kind === 'command' ? 'keysCommand' : 'keys';
}
