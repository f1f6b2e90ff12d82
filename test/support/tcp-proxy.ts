import { once } from 'node:events';
import { createServer, connect as dial, type Socket } from 'node:net';
import { listenLocally } from './listen.js';

/** A loopback TCP proxy that can fail in the ways of a network. */
export interface TcpProxy {
  readonly port: number;
  /** Passes everything on, from now; connections that lost bytes are cut. */
  pass(): void;
  /** Requests arrive, and their replies are lost. */
  dropReplies(): void;
  /** Nothing arrives, either way, and nothing is closed. What was sent arrives on `pass`. */
  blackhole(): void;
  /** Everything is passed on this much later. */
  delay(ms: number): void;
  /** What becomes of each piece of the store's replies, from now: asked for each. */
  meddle(fate: () => Fate): void;
  /** Resets every connection there is. New ones are taken. */
  cut(): void;
  /** New connections go to another port from now; those that are there are reset. */
  lead(target: number): void;
  close(): Promise<void>;
}

/** Passed on, lost for good, passed on twice, or passed on so much later with all that follows it. */
export type Fate = 'pass' | 'drop' | 'repeat' | number;

interface Pair {
  readonly client: Socket;
  readonly server: Socket;
  lostBytes: boolean;
}

/** Takes connections on a free port, each passed on to a port on loopback. */
export async function startProxy(first: number): Promise<TcpProxy> {
  let target = first;
  let mode: 'pass' | 'dropReplies' | 'blackhole' = 'pass';
  let delayMs = 0;
  let fateOf: (() => Fate) | undefined;
  const pairs = new Set<Pair>();

  const end = (pair: Pair) => {
    pairs.delete(pair);
    pair.client.resetAndDestroy();
    pair.server.resetAndDestroy();
  };
  const meddleWith = (pair: Pair, bytes: Buffer, fate: Fate) => {
    const { client, server } = pair;
    if (fate === 'drop') end(pair);
    else if (fate === 'repeat') client.write(Buffer.concat([bytes, bytes]));
    else if (fate === 'pass') client.write(bytes);
    else {
      server.pause();
      setTimeout(() => {
        client.write(bytes);
        server.resume();
      }, fate);
    }
  };
  const forward = (pair: Pair, from: Socket, to: Socket) => {
    from.on('data', (bytes) => {
      if (mode === 'dropReplies' && from === pair.server) pair.lostBytes = true;
      else if (fateOf !== undefined && from === pair.server) meddleWith(pair, bytes, fateOf());
      else if (delayMs > 0) setTimeout(() => to.write(bytes), delayMs);
      else to.write(bytes);
    });
    from.on('error', () => end(pair));
    from.on('close', () => end(pair));
    if (mode === 'blackhole') from.pause();
  };
  const listener = createServer((client) => {
    const pair = { client, server: dial(target, '127.0.0.1'), lostBytes: false };
    pairs.add(pair);
    forward(pair, client, pair.server);
    forward(pair, pair.server, client);
  });
  const port = await listenLocally(listener);

  return {
    port,
    pass: () => {
      mode = 'pass';
      delayMs = 0;
      fateOf = undefined;
      for (const pair of pairs) {
        if (pair.lostBytes) end(pair);
        pair.client.resume();
        pair.server.resume();
      }
    },
    dropReplies: () => {
      mode = 'dropReplies';
    },
    blackhole: () => {
      mode = 'blackhole';
      for (const { client, server } of pairs) {
        client.pause();
        server.pause();
      }
    },
    delay: (ms) => {
      delayMs = ms;
    },
    meddle: (fate) => {
      fateOf = fate;
    },
    cut: () => {
      for (const pair of pairs) end(pair);
    },
    lead: (to) => {
      target = to;
      for (const pair of pairs) end(pair);
    },
    close: async () => {
      for (const pair of pairs) end(pair);
      listener.close();
      await once(listener, 'close');
    },
  };
}
