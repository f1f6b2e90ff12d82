import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { listenLocally } from './listen.js';

const FIT = ['redis_version:7.2.4', 'role:master', 'loading:0', 'maxmemory_policy:noeviction'];

/** Something that speaks Redis's protocol and answers what a test wants. */
export interface RedisStub {
  readonly url: string;
  /** The names of the commands that came, in lower case. */
  readonly received: string[];
  /** Every function is answered so from now: `-BUSY Redis is busy`, `+ready`, `:1`. */
  answerScripts(line: string): void;
  /** Lines of `INFO` in place of those that a fit store shows. */
  answerInfo(lines: readonly string[]): void;
  close(): Promise<void>;
}

export async function startStub(): Promise<RedisStub> {
  let script = '+ready';
  let info: readonly string[] = FIT;
  const received: string[] = [];
  const sockets = new Set<Socket>();

  const answer = (command: string): string => {
    received.push(command);
    if (command === 'info') {
      const text = info.join('\r\n');
      return `$${Buffer.byteLength(text)}\r\n${text}\r\n`;
    }
    // The library and then the function, in one transaction.
    if (command === 'exec') return `*2\r\n+library\r\n${script}\r\n`;
    return command === 'fcall' ? `${script}\r\n` : '+OK\r\n';
  };
  const listener = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    let pending = Buffer.alloc(0);
    socket.on('data', (bytes) => {
      pending = Buffer.concat([pending, bytes]);
      for (let next = readCommand(pending); next !== undefined; next = readCommand(pending)) {
        pending = pending.subarray(next.length);
        socket.write(answer(next.name));
      }
    });
  });
  const port = await listenLocally(listener);

  return {
    url: `redis://127.0.0.1:${port}`,
    received,
    answerScripts: (line) => {
      script = line;
    },
    answerInfo: (lines) => {
      info = [...lines, ...FIT];
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      listener.close();
      await once(listener, 'close');
    },
  };
}

/** The first command of `bytes`, an array of bulk strings, if it is whole. */
function readCommand(bytes: Buffer): { name: string; length: number } | undefined {
  const line = (from: number) => {
    const end = bytes.indexOf('\r\n', from);
    return end < 0 ? undefined : { value: Number(bytes.toString('latin1', from + 1, end)), end };
  };
  const header = line(0);
  if (header === undefined) return undefined;
  let at = header.end + 2;
  let name = '';
  for (let i = 0; i < header.value; i++) {
    const size = line(at);
    if (size === undefined) return undefined;
    const start = size.end + 2;
    if (i === 0) name = bytes.toString('latin1', start, start + size.value).toLowerCase();
    at = start + size.value + 2;
  }
  return at <= bytes.length ? { name, length: at } : undefined;
}
