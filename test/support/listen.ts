import { once } from 'node:events';
import type { Server } from 'node:net';

/** Has a server listen on loopback, at a port of the system's choice; answers which. */
export async function listenLocally(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('expected a TCP port');
  return address.port;
}
