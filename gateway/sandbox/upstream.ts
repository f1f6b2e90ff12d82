import { randomUUID } from 'node:crypto';
import { type Upstream, type UpstreamBody, UpstreamError } from '../upstream/types.js';
import {
  answerChat,
  answerNoJson,
  answerUnknownPath,
  type SandboxAnswer,
  type SandboxStamp,
} from './chat.js';

/** The sandbox in the place of a provider: nothing leaves the process. */
export function createSandboxUpstream(newStamp: () => SandboxStamp = freshStamp): Upstream {
  return {
    send: async ({ method, path, body, signal }) => {
      if (signal.aborted) throw new UpstreamError('aborted');
      const isChat = method === 'POST' && path.split('?', 1)[0] === '/chat/completions';
      const answer = isChat ? answerBody(body, newStamp) : answerUnknownPath(path);
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

function answerBody(body: Uint8Array | undefined, newStamp: () => SandboxStamp): SandboxAnswer {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(body ?? []).toString('utf8'));
  } catch {
    return answerNoJson();
  }
  return answerChat(value, newStamp());
}

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
