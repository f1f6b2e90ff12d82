import { randomUUID } from 'node:crypto';
import { type Upstream, type UpstreamBody, UpstreamError } from '../upstream/types.js';
import {
  answerChat,
  answerNoJson,
  answerUnknownPath,
  type SandboxAnswer,
  type SandboxStamp,
} from './chat.js';
import { answerCountTokens, answerMessages } from './messages.js';

/** The sandbox in the place of a provider: nothing leaves the process. */
export function createSandboxUpstream(newStamp: () => SandboxStamp = freshStamp): Upstream {
  return {
    send: async ({ method, path, body, signal }) => {
      if (signal.aborted) throw new UpstreamError('aborted');
      const answer = answerPath(method, path.split('?', 1)[0] ?? '', body, newStamp);
      const pieces = answer.body.map((piece) => Buffer.from(piece));
      const isStream = pieces.length > 1;
      const length = isStream ? {} : { 'content-length': String(pieces[0]?.length ?? 0) };
      return {
        status: answer.status,
        headers: { ...answer.headers, ...length },
        body: toBody(pieces),
      };
    },
    close: async () => {},
  };
}

function freshStamp(): SandboxStamp {
  return { id: `chatcmpl-sandbox-${randomUUID()}`, nowMs: Date.now() };
}

function answerPath(
  method: string,
  path: string,
  body: Uint8Array | undefined,
  newStamp: () => SandboxStamp,
): SandboxAnswer {
  const answer = method === 'POST' ? ANSWERS.get(path) : undefined;
  if (answer === undefined) return answerUnknownPath(path);
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(body ?? []).toString('utf8'));
  } catch {
    return answerNoJson();
  }
  return answer(value, newStamp());
}

const ANSWERS: ReadonlyMap<string, (body: unknown, stamp: SandboxStamp) => SandboxAnswer> = new Map(
  [
    ['/chat/completions', answerChat],
    ['/messages', answerMessages],
    ['/messages/count_tokens', answerCountTokens],
  ],
);

function toBody(pieces: readonly Uint8Array[]): UpstreamBody {
  let isDestroyed = false;
  return {
    bytes: async () => Buffer.concat(pieces),
    destroy: () => {
      isDestroyed = true;
    },
    async *[Symbol.asyncIterator]() {
      for (const piece of pieces) {
        if (isDestroyed) throw new UpstreamError('aborted');
        yield piece;
      }
    },
  };
}
