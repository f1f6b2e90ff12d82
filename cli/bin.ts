#!/usr/bin/env node
import { randomFillSync } from 'node:crypto';
import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import type { Io, Output } from './io.js';
import { run } from './run.js';

/** The one place that reads the process: its arguments, environment, streams and signals. */
const { argv, env, stdin, stdout, stderr } = process;

// A reader that has seen enough, such as `head`, closes the pipe: no reason to complain.
stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit();
  stderr.write(`error: standard output: ${error.message}\n`);
  process.exit(1);
});

// A gateway whose log nobody takes any more, or has filled its disk, goes on serving: there is no place
// left to say so, and every open call would be cut off.
stderr.on('error', () => {});

const io: Io = {
  version: readVersion(),
  args: argv.slice(2),
  env,
  cwd: process.cwd(),
  stdin: { isTerminal: stdin.isTTY === true, isGiven: isStdinGiven(), read: readStdin },
  out: output(stdout),
  err: output(stderr),
  clock: Date.now,
  randomBytes: (length) => randomFillSync(new Uint8Array(length)),
  fetch: globalThis.fetch,
  onStop: (listener) => {
    process.on('SIGTERM', listener);
    process.on('SIGINT', listener);
    process.on('SIGHUP', () => {
      if (isTerminalGone()) listener();
    });
  },
  onReload: (listener) => {
    process.on('SIGHUP', () => {
      if (!isTerminalGone()) listener();
    });
  },
  exit: (status) => process.exit(status),
};

process.exitCode = await run(io);

/** SIGHUP also says that the terminal was closed: who started it there expects it to end. */
function isTerminalGone(): boolean {
  if (stderr.isTTY !== true) return false;
  try {
    closeSync(openSync('/dev/tty', 'r'));
    return false;
  } catch {
    return true;
  }
}

function readVersion(): string {
  // Seen from dist/cli.
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { readonly version: string }).version;
}

function output(stream: NodeJS.WriteStream): Output {
  const isTerminal = stream.isTTY === true;
  return {
    write: (text) => {
      stream.write(text);
    },
    isTerminal,
    hasColors: isTerminal && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb',
  };
}

function isStdinGiven(): boolean {
  try {
    const status = fstatSync(0);
    return status.isFIFO() || status.isFile();
  } catch {
    // Closed.
    return false;
  }
}

async function readStdin(maxChars: number): Promise<string> {
  let text = '';
  for await (const chunk of stdin.setEncoding('utf8')) {
    text += chunk;
    if (text.length > maxChars) break;
  }
  return text;
}
