import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Io } from '../../cli/io.js';
import { run } from '../../cli/run.js';
import { fixedBytes } from '../macaroon/fixtures.js';
import { atEndOfFile } from '../support/end-of-file.js';

export const BIN = fileURLToPath(new URL('../../dist/cli/bin.js', import.meta.url));
export const START = fileURLToPath(new URL('../../scripts/start.js', import.meta.url));

export interface Result {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

export interface Surroundings {
  readonly cwd?: string;
  /** All of it: nothing is inherited but what a process needs to be found. */
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  /** Shell text that comes before the process, which replaces the shell. */
  readonly prelude?: string;
}

/** An empty folder, gone after the tests of the file. */
export function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'bursar-cli-'));
  atEndOfFile(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function start(script: string, args: readonly string[], around: Surroundings) {
  const { cwd, env, input, prelude } = around;
  const node = [process.execPath, script, ...args];
  const [program = '', ...rest] =
    prelude === undefined ? node : ['/bin/sh', '-c', `${prelude} exec "$@"`, 'sh', ...node];
  return spawn(program, rest, {
    cwd: cwd ?? tmpdir(),
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
  });
}

/** Runs the built command as a process of its own. */
export async function bursar(args: readonly string[], around: Surroundings = {}): Promise<Result> {
  const child = start(BIN, args, around);
  child.stdin?.end(around.input);
  const [out, err, [status]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number]>,
  ]);
  return { status, out, err };
}

async function text(stream: NodeJS.ReadableStream | null): Promise<string> {
  let whole = '';
  for await (const chunk of stream ?? []) whole += String(chunk);
  return whole;
}

export interface Serving {
  readonly child: ChildProcess;
  readonly url: string;
  readonly logLines: readonly string[];
  /** What it has written to standard output. */
  readonly out: () => string;
  /** The exit status, once it is gone. */
  readonly gone: Promise<number | null>;
  /** SIGTERM, and the exit status. */
  stop(): Promise<number | null>;
}

/** `bursar serve` as a process of its own, once it listens. Ended after the tests at the latest. */
export async function serve(
  around: Surroundings,
  args: readonly string[] = [],
  script = BIN,
  onLine: (line: string, child: ChildProcess) => void = () => {},
): Promise<Serving> {
  const child = start(script, script === BIN ? ['serve', ...args] : args, around);
  atEndOfFile(() => child.kill('SIGKILL'));
  const gone = once(child, 'close').then(([status]) => status as number | null);
  let out = '';
  child.stdout?.on('data', (chunk) => {
    out += String(chunk);
  });
  const logLines: string[] = [];
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stderr as NodeJS.ReadableStream }).on('line', (line) => {
      logLines.push(line);
      onLine(line, child);
      const found = /"url":"(https?:[^"]+)"/.exec(line)?.[1];
      if (found !== undefined) resolve(found);
    });
    gone.then(() => reject(new Error(`it ended before it listened:\n${logLines.join('\n')}`)));
  });
  const stop = () => {
    child.kill('SIGTERM');
    return gone;
  };
  return { child, url, logLines, out: () => out, gone, stop };
}

export interface FakeIo
  extends Partial<Pick<Io, 'env' | 'cwd' | 'clock' | 'fetch' | 'randomBytes'>> {
  readonly colors?: boolean;
  readonly stdin?: string | undefined;
}

export const NOW_MS = Date.parse('2026-01-31T12:00:00Z');

/** Runs a command line inside this process, with a world of its own. */
export async function runInside(args: readonly string[], fake: FakeIo = {}): Promise<Result> {
  const { colors = false, stdin, ...given } = fake;
  const out: string[] = [];
  const err: string[] = [];
  let drawn = 0;
  const status = await run({
    version: '1.2.3',
    args,
    env: {},
    cwd: '/nowhere',
    stdin: {
      isTerminal: stdin === undefined,
      isGiven: stdin !== undefined,
      read: async () => stdin ?? '',
    },
    out: { write: (text) => void out.push(text), isTerminal: colors, hasColors: colors },
    err: { write: (text) => void err.push(text), isTerminal: colors, hasColors: colors },
    clock: () => NOW_MS,
    randomBytes: (length) => fixedBytes(`draw ${drawn++}`, length),
    fetch: async () => {
      throw new Error('no network here');
    },
    onStop: () => {},
    onReload: () => {},
    exit: () => {
      throw new Error('nothing ends this process');
    },
    ...given,
  });
  return { status, out: out.join(''), err: err.join('') };
}
