import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Closes the answers that wait for their turn when their connection closes.
 *
 * Requests that a client sends one behind the other are carried out at once, and answered in order
 * (RFC 9112 §9.3.2). Node tells only the answer whose turn it is that the connection is gone: calls
 * behind it would be carried on for nobody, and one with a long answer would keep its hold and its
 * upstream for good.
 */
export function closeWaitingAnswers(server: Server): void {
  const waiting = new WeakMap<Socket, Set<ServerResponse>>();

  function begin(socket: Socket): Set<ServerResponse> {
    const answers = new Set<ServerResponse>();
    waiting.set(socket, answers);
    socket.once('close', () => {
      for (const answer of answers) closeUnsent(answer);
    });
    return answers;
  }

  server.on('request', ({ socket }: IncomingMessage, answer: ServerResponse) => {
    // It has its connection: nothing is before it.
    if (answer.socket !== null) return;
    const answers = waiting.get(socket) ?? begin(socket);
    answers.add(answer);
    answer.once('socket', () => answers.delete(answer));
  });
}

/** As Node does it for an answer that has its connection. */
function closeUnsent(answer: ServerResponse): void {
  answer.destroy();
  answer.emit('close');
}
