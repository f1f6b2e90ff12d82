import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** One Lua script as it is sent to the store. */
export interface Script {
  /** The name of its file, for messages. */
  readonly name: string;
  readonly body: string;
  /** SHA-1 of the body in hex, by which the store knows it once it has seen it. */
  readonly sha: string;
}

const read = (file: string) => readFileSync(new URL(`./lua/${file}.lua`, import.meta.url), 'utf8');

/**
 * Joins a script with what it shares: its first line (`#!lua …`, which says when the store may run
 * it) stays first, then come the shared files, then the script.
 */
function load(name: string, ...shared: readonly string[]): Script {
  const own = read(name);
  const head = own.slice(0, own.indexOf('\n') + 1);
  const body = head + shared.map(read).join('') + own.slice(head.length);
  return { name, body, sha: createHash('sha1').update(body).digest('hex') };
}

export const SCRIPTS = {
  openRoot: load('open-root', 'lib'),
  reserve: load('reserve', 'lib'),
  settle: load('settle', 'lib', 'hold'),
  release: load('release', 'lib', 'hold'),
  due: load('due', 'lib'),
  sweep: load('sweep', 'lib', 'hold'),
  ping: load('ping'),
} as const;
