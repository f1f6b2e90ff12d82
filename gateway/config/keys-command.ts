import { spawn, spawnSync } from 'node:child_process';
import type { KeysCommand } from './keys-place.js';
import { SecretError } from './secrets.js';

const TIMEOUT_MS = 30_000;
const MOST_BYTES = 1024 * 1024;
const EXPECTED = `a key ring on its standard output within ${TIMEOUT_MS / 1_000} s; run it by hand to see what it says`;

/** How a command ended. */
interface Ended {
  /** Null where it was ended by a signal. */
  readonly status: number | null;
  readonly stdout: string;
  /** Of the operating system, such as ENOENT. */
  readonly code?: string | undefined;
}

/**
 * Runs it at a start, when there is nothing else to do. Its standard error is thrown away: it can
 * hold secrets, and so can its arguments, of which none is named in an error.
 * @throws {SecretError}
 */
export function runKeysCommand({ program, args, cwd }: KeysCommand): string {
  const { status, stdout, error } = spawnSync(program, args, {
    cwd,
    stdio: ['ignore', 'pipe', 'ignore'],
    encoding: 'utf8',
    timeout: TIMEOUT_MS,
    killSignal: 'SIGKILL',
    maxBuffer: MOST_BYTES,
  });
  return outputOf(program, { status, stdout, code: codeOf(error) });
}

/** The same while calls are served. @throws {SecretError} */
export async function runKeysCommandAside(
  { program, args, cwd }: KeysCommand,
  timeoutMs = TIMEOUT_MS,
): Promise<string> {
  const child = spawn(program, args, { cwd, stdio: ['ignore', 'pipe', 'ignore'] });
  let code: string | undefined;
  const end = (why: string): void => {
    code ??= why;
    child.kill('SIGKILL');
    // A process that it started may still hold the other end.
    child.stdout.destroy();
  };
  const timer = setTimeout(() => end('ETIMEDOUT'), timeoutMs);
  const chunks: Buffer[] = [];
  let bytes = 0;
  child.stdout.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > MOST_BYTES) end('ENOBUFS');
    else chunks.push(chunk);
  });
  const status = await new Promise<number | null>((resolve) => {
    child.once('error', (error) => {
      code ??= codeOf(error);
      resolve(null);
    });
    child.once('close', resolve);
  });
  clearTimeout(timer);
  return outputOf(program, { status, stdout: Buffer.concat(chunks).toString('utf8'), code });
}

function outputOf(program: string, { status, stdout, code }: Ended): string {
  const refuse = (found: string) => new SecretError(found, EXPECTED);
  switch (code) {
    case undefined:
      break;
    case 'ETIMEDOUT':
      throw refuse(`no end of the command ${program} in time`);
    case 'ENOBUFS':
      throw refuse(`more than ${MOST_BYTES} bytes from the command ${program}`);
    case 'ENOENT':
      throw refuse(`no such command: ${program}`);
    default:
      throw refuse(`a command that can't be run (${code}): ${program}`);
  }
  if (status === 0) return stdout;
  const end = status === null ? 'an end by a signal' : `exit status ${status}`;
  throw refuse(`${end} of the command ${program}`);
}

function codeOf(error: Error | undefined): string | undefined {
  if (error === undefined) return undefined;
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
