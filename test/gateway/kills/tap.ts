import { once } from 'node:events';
import { createServer, connect as dial, type Socket } from 'node:net';
import { listenLocally } from '../../support/listen.js';

/** What passes between a gateway and its Redis, told by the words that only it has. */
const ASKED = [
  ['_reserve\r\n', 'reserve asked'],
  ['_resolve\r\n', 'settle asked'],
] as const;
const DONE = [
  ['held ', 'reserve done'],
  ['settled ', 'settle done'],
] as const;

export type StoreStep = (typeof ASKED)[number][1] | (typeof DONE)[number][1] | 'reserve told';

export interface Tap {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Stands between one gateway and its Redis, and says which step a call has come to.
 * @param at whether the gateway was killed at this step: what came is then not passed on, but for
 *   `reserve told`, which is said when it has been.
 */
export async function tapRedis(target: number, at: (step: StoreStep) => boolean): Promise<Tap> {
  const sockets = new Set<Socket>();
  const join = (client: Socket) => {
    const server = dial(target, '127.0.0.1');
    const end = () => {
      for (const socket of [client, server]) {
        sockets.delete(socket);
        socket.destroy();
      }
    };
    for (const socket of [client, server]) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', end);
      socket.on('close', end);
    }
    client.on('data', (bytes) => {
      if (!stepsIn(bytes, ASKED).some(at)) server.write(bytes);
    });
    server.on('data', (bytes) => {
      const steps = stepsIn(bytes, DONE);
      if (steps.some(at)) return;
      if (steps.includes('reserve done')) client.write(bytes, () => void at('reserve told'));
      else client.write(bytes);
    });
  };
  const listener = createServer(join);
  const port = await listenLocally(listener);
  return {
    port,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      listener.close();
      await once(listener, 'close');
    },
  };
}

function stepsIn<Step>(bytes: Buffer, words: readonly (readonly [string, Step])[]): Step[] {
  return words.flatMap(([word, step]) => (bytes.includes(word) ? [step] : []));
}
