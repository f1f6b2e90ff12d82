import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import type { NodeEnv } from './node-env.js';

/** A body up to this is read to its end behind its answer, and the connection serves on. */
const KEPT_BYTES = 64 * 1024;

/** How long, and for how much, a connection is read behind its last answer. */
interface Patience {
  readonly ms: number;
  /** While nothing comes. */
  readonly idleMs: number;
  readonly bytes: number;
}

/** Enough for clients that look at the answer only once their whole request is out. */
const PATIENCE: Patience = { ms: 30_000, idleMs: 5_000, bytes: 128 * 1024 * 1024 };

/**
 * A refusal on its way to a client that is still sending its request. Closing the connection at once
 * would reset it, and the client would see a broken pipe where the answer was. So the answer is
 * written, the writing side is closed, what still comes is read and thrown away for a while, and only
 * then the connection is closed (RFC 9112 §9.6).
 *
 * A request without a body, or with a short one, is answered as it is: its connection serves on.
 * @param env Node's side of the request; there is none when the app runs without a server
 */
export function answerEarly(
  response: Response,
  env: NodeEnv['Bindings'] | undefined,
  patience = PATIENCE,
): Response | Promise<Response> {
  const { incoming, outgoing } = env ?? {};
  if (incoming === undefined || outgoing === undefined) return response;
  const isClosing = response.headers.get('connection') === 'close';
  if (!isStillSent(incoming, isClosing ? 0 : KEPT_BYTES)) return response;
  return writeAndReadOn(response, outgoing, patience);
}

function isStillSent({ complete, headers, method }: IncomingMessage, kept: number): boolean {
  if (complete || method === 'HEAD') return false;
  return (
    headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > kept
  );
}

async function writeAndReadOn(
  response: Response,
  outgoing: ServerResponse,
  patience: Patience,
): Promise<Response> {
  const body = new Uint8Array(await response.arrayBuffer());
  const { socket } = outgoing;
  // One that waits behind another answer has no connection yet, and is sent in the usual way.
  if (socket === null || socket.destroyed) return new Response(body, response);
  outgoing.writeHead(response.status, {
    ...Object.fromEntries(response.headers),
    'content-length': body.length,
    connection: 'close',
  });
  outgoing.write(body);
  readOn(socket, patience);
  return RESPONSE_ALREADY_SENT;
}

/** Closes the writing side, then the connection, once the client has, or has had its time. */
function readOn(socket: Socket, { ms, idleMs, bytes: most }: Patience): void {
  const close = (): void => void socket.destroy();
  const deadline = setTimeout(close, ms);
  const idle = setTimeout(close, idleMs);
  let bytes = 0;
  socket.once('close', () => {
    clearTimeout(deadline);
    clearTimeout(idle);
  });
  readPastParser(socket, (piece) => {
    bytes += piece.length;
    if (bytes > most) close();
    else idle.refresh();
  });
  socket.end();
}

/** So that nothing behind this request is taken for another one. */
function readPastParser(socket: Socket, onPiece: (piece: Uint8Array) => void): void {
  const take = (): void => {
    socket.removeAllListeners('data');
    socket.on('data', onPiece);
  };
  if (!socket.isPaused()) {
    take();
    return;
  }
  // The parser reads the socket's handle itself, and must begin to again before it is taken off.
  socket.once('resume', take);
  socket.resume();
}
