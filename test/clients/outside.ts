import { createServer, type Socket } from 'node:net';
import { listenLocally } from '../support/listen.js';

export interface Outside {
  /** Has a client send all that is not for this machine to this process, which answers nothing. */
  readonly env: Readonly<Record<string, string>>;
  /** The first line of each request: where the client wanted to go. */
  readonly asked: readonly string[];
  close(): Promise<void>;
}

/** The world beyond this machine, as a proxy that notes who asks for it. */
export async function startOutside(): Promise<Outside> {
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('data', (data) => {
      asked.push(data.toString('latin1').split('\r\n', 1)[0] ?? '');
      socket.end('HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\nconnection: close\r\n\r\n');
    });
  });
  const proxy = `http://127.0.0.1:${await listenLocally(server)}`;
  const names = ['http_proxy', 'https_proxy', 'all_proxy'];
  const set = names.flatMap((name) => [
    [name, proxy],
    [name.toUpperCase(), proxy],
  ]);
  const local = '127.0.0.1,localhost';
  return {
    env: { ...Object.fromEntries(set), no_proxy: local, NO_PROXY: local },
    asked,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
