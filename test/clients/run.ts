import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { emptyFolder } from '../cli/harness.js';
import { atEndOfFile } from '../support/end-of-file.js';

/** Where the clients are installed, apart from the project's own packages, and the drivers that use them. */
const PACKAGES = fileURLToPath(new URL('packages/', import.meta.url));
const { resolve } = createRequire(`${PACKAGES}package.json`);

/** Long for a client that runs three turns against a stub: it hangs, and is ended. */
const PATIENCE_MS = 120_000;

export interface Ran {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs a client to its end, with nothing of this process's environment but the path. */
export async function runClient(
  command: readonly [program: string, ...args: string[]],
  env: Readonly<Record<string, string>>,
  cwd: string = emptyFolder(),
): Promise<Ran> {
  const [program, ...args] = command;
  const child = spawn(program, args, {
    cwd,
    env: { PATH: process.env['PATH'] ?? '', HOME: cwd, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  atEndOfFile(() => child.kill('SIGKILL'));
  const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
  const [out, err, [status]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number | null]>,
  ]);
  clearTimeout(timer);
  return { status, out, err };
}

async function text(stream: NodeJS.ReadableStream): Promise<string> {
  let whole = '';
  for await (const chunk of stream) whole += String(chunk);
  return whole;
}

/** Node 22, which the newest clients need: this one, or the one that npm's package brings. */
export function modernNode(): string {
  const major = Number(process.versions.node.split('.')[0]);
  return major >= 22 ? process.execPath : inPackages(platformPackage('node'), 'bin/node');
}

/** A file of one of the packages that the set-up installs. */
export function inPackages(name: string, file: string): string {
  return resolve(`${name}/${file}`);
}

export function platformPackage(name: string): string {
  return `${name}-${process.platform}-${process.arch}`;
}

export function driver(name: string): string {
  return `${PACKAGES}drivers/${name}.mjs`;
}
