import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { Server as TlsServer } from 'node:tls';

/** So many connections above the limit are each told so; more are closed without a word. */
const TOLD = 64;

/**
 * Bounds the connections that are served at once. What comes above is in the set that this answers, and
 * is to be refused at its first request, with the connection: a client that is only closed can't tell
 * it from a broken network, and one that is left to wait would hold its place.
 */
export function shedAbove(server: Server, connections: number): { has(socket: object): boolean } {
  const shed = new WeakSet<object>();
  let served = 0;
  server.maxConnections = connections + TOLD;
  // With TLS, requests come on another socket: the one of a handshake that is done.
  const connected = server instanceof TlsServer ? 'secureConnection' : 'connection';
  server.on(connected, (socket: Socket) => {
    if (served >= connections) {
      shed.add(socket);
      return;
    }
    served += 1;
    socket.once('close', () => {
      served -= 1;
    });
  });
  return shed;
}
