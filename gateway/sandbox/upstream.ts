import { randomUUID } from 'node:crypto';
import { type Upstream, type UpstreamBody, UpstreamError } from '../upstream/types.js';
import type { SandboxAnswer, SandboxStamp } from './answer.js';
import { answerChat } from './chat.js';
import { answerCompletions } from './completions.js';
import { answerEmbeddings } from './embeddings.js';
import { openaiRefusal } from './errors.js';
import { answerImages } from './images.js';
import { answerCountTokens, answerMessages } from './messages.js';
import { answerModerations } from './moderations.js';
import { answerInputTokens, answerResponse } from './response.js';
import { answerSpeech } from './speech.js';
import { StoredResponses } from './stored.js';

/**
 * The sandbox in the place of a provider, for the first minutes and for tests: every API that the
 * gateway serves, with every field that OpenAI and Anthropic send. Nothing leaves the process.
 */
export function createSandboxUpstream(newStamp: () => SandboxStamp = freshStamp): Upstream {
  const stored = new StoredResponses();
  const answers = answersWith(stored);
  return {
    send: async ({ method, path: target, body, signal, ended }) => {
      // No connection is kept for it.
      ended();
      if (signal.aborted) throw new UpstreamError('aborted');
      const [path = '', query = ''] = target.split('?', 2);
      const stamp = newStamp();
      const answer =
        stored.answer(method, path, new URLSearchParams(query)) ??
        answerBody(method === 'POST' ? answers[path] : undefined, path, body, stamp);
      const pieces = answer.body.map((piece) => Buffer.from(piece));
      const length = answer.isStream ? {} : { 'content-length': String(pieces[0]?.length ?? 0) };
      return {
        status: answer.status,
        headers: { ...answer.headers, ...requestIds(stamp), ...length },
        body: toBody(pieces),
      };
    },
    close: async () => {},
  };
}

function freshStamp(): SandboxStamp {
  return { id: `chatcmpl-sandbox-${randomUUID()}`, nowMs: Date.now() };
}

/** By the names of both providers. */
function requestIds({ id }: SandboxStamp): Record<string, string> {
  const own = id.replace('chatcmpl-', 'req-');
  return { 'x-request-id': own, 'request-id': own };
}

type Answer = (body: unknown, stamp: SandboxStamp) => SandboxAnswer;

function answersWith(stored: StoredResponses): Readonly<Record<string, Answer>> {
  return {
    '/chat/completions': answerChat,
    '/responses': (body, stamp) => answerResponse(body, stamp, stored),
    '/responses/input_tokens': answerInputTokens,
    '/embeddings': answerEmbeddings,
    '/completions': answerCompletions,
    '/moderations': answerModerations,
    '/images/generations': answerImages,
    '/audio/speech': answerSpeech,
    '/messages': answerMessages,
    '/messages/count_tokens': answerCountTokens,
  };
}

function answerBody(
  answer: Answer | undefined,
  path: string,
  body: Uint8Array | undefined,
  stamp: SandboxStamp,
): SandboxAnswer {
  if (answer === undefined) return openaiRefusal(`The sandbox has no ${path}.`, null, 404);
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(body ?? []).toString('utf8'));
  } catch {
    return openaiRefusal('The body is not JSON.', null);
  }
  return answer(value, stamp);
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
