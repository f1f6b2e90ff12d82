import { type ChildProcess, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const PROGRAM = 'redis-server';

/** A test run that ends early leaves no server behind. */
const children = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});

/** One redis-server process of this test's own, on loopback, with its files in a new folder. */
export interface RedisServer {
  readonly port: number;
  readonly url: string;
  /** Where its append-only file is, if it has one. */
  readonly folder: string;
  /** Ends it by SIGTERM and waits until it is gone. */
  stop(): Promise<void>;
  /** Ends it by SIGKILL and waits until it is gone. */
  kill(): Promise<void>;
  /** SIGSTOP: it keeps its connections and answers nothing. */
  freeze(): void;
  /** SIGCONT. */
  thaw(): void;
  /**
   * Starts it again on the same port and folder, and waits until it serves.
   * @param besides further settings, this time alone
   */
  start(besides?: readonly string[]): Promise<void>;
  /** Ends it and removes its folder. */
  dispose(): Promise<void>;
}

/**
 * Starts a server that keeps nothing on disk unless `settings` say so, and waits until it serves.
 * @param settings as on redis-server's command line: `['--appendonly', 'yes']`.
 */
export function startRedis(settings: readonly string[] = []): Promise<RedisServer> {
  return startServer((port, folder) => [
    ...['--port', String(port), '--bind', '127.0.0.1', '--dir', folder],
    ...['--save', '', '--appendonly', 'no', '--daemonize', 'no'],
    ...settings,
  ]);
}

/** Starts a sentinel, and waits until it watches. @param settings lines of its file. */
export function startSentinel(settings: readonly string[]): Promise<RedisServer> {
  return startServer((port, folder) => {
    const file = join(folder, 'sentinel.conf');
    const lines = [`port ${port}`, 'bind 127.0.0.1', `dir ${folder}`, ...settings];
    // It writes there what it learns.
    writeFileSync(file, lines.join('\n'));
    return [file, '--sentinel'];
  });
}

async function startServer(
  argumentsOf: (port: number, folder: string) => string[],
): Promise<RedisServer> {
  const folder = mkdtempSync(join(tmpdir(), 'bursar-redis-'));
  const port = await freePort();
  const args = argumentsOf(port, folder);
  let running: ChildProcess | undefined;

  const end = async (signal: 'SIGTERM' | 'SIGKILL') => {
    const child = running;
    running = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGCONT');
    child.kill(signal);
    await gone;
  };
  const start = async (besides: readonly string[] = []) => {
    const child = spawn(PROGRAM, [...args, ...besides], { stdio: ['ignore', 'pipe', 'inherit'] });
    running = child;
    children.add(child);
    child.once('exit', () => children.delete(child));
    await servesConnections(child);
  };

  await start();
  return {
    port,
    url: `redis://127.0.0.1:${port}`,
    folder,
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    freeze: () => running?.kill('SIGSTOP'),
    thaw: () => running?.kill('SIGCONT'),
    start,
    dispose: async () => {
      await end('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Reads the server's log until it says that it serves. */
async function servesConnections(child: ChildProcess): Promise<void> {
  if (child.stdout === null) throw new Error(`${PROGRAM}: no output to read`);
  const log: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    log.push(line);
    if (/ready to accept connections|Sentinel ID is/i.test(line)) {
      child.stdout.resume();
      return;
    }
  }
  throw new Error(`${PROGRAM} ended before it served:\n${log.join('\n')}`);
}

/** So that of several drawn at once, before anybody listens, no two are the same. */
const drawn = new Set<number>();

/** A port that was free just now, below those that the system gives to connections by itself. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(12_000, 32_000);
    if (drawn.has(port)) continue;
    drawn.add(port);
    const server = createServer();
    try {
      await once(server.listen(port, '127.0.0.1'), 'listening');
      server.close();
      await once(server, 'close');
      return port;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error;
    }
  }
}
