import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { listenLocally } from '../support/listen.js';

export interface HttpStub {
  readonly url: string;
  readonly seen: IncomingMessage[];
  readonly server: Server;
  close(): Promise<void>;
}

/** An upstream with a socket, for what only a socket can do: hang, break off, be told to stop. */
export async function httpStub(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<HttpStub> {
  const seen: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    seen.push(request);
    request.resume();
    request.on('end', () => answer(request, response));
  });
  const port = await listenLocally(server);
  return {
    url: `http://127.0.0.1:${port}`,
    seen,
    server,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
