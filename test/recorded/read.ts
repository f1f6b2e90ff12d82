import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import type { RecordedAnswer } from './answer.js';
import { wireOf } from './wire.js';

/** How a program reads an answer: each way leaves fields of its own in what it keeps. */
export const WAYS = ['create', 'parse', 'stream'] as const;
export type Way = (typeof WAYS)[number];

/**
 * What the official SDK makes of an answer, as a program keeps it for its next request: chat's
 * message, the items of a response, the blocks of a message.
 * @throws what the SDK throws: not every way reads every answer
 */
export async function readBySdk(answer: RecordedAnswer, way: Way): Promise<unknown> {
  switch (answer.api) {
    case 'chat':
      return readChat(answer, way);
    case 'responses':
      return readResponse(answer, way);
    case 'messages':
      return answer.name.startsWith('messages/beta ')
        ? readBetaMessage(answer, way)
        : readMessage(answer, way);
  }
}

/** Answers every request with the recorded one, streamed where it asks for a stream. */
function recordedFetch(answer: RecordedAnswer): typeof fetch {
  return async (_url, init) => {
    const { stream } = JSON.parse(String(init?.body)) as { stream?: boolean };
    const { contentType, pieces } = wireOf(answer, stream === true);
    return new Response(pieces.join(''), { headers: { 'content-type': contentType } });
  };
}

function openai(answer: RecordedAnswer): OpenAI {
  return new OpenAI({ apiKey: 'k', maxRetries: 0, fetch: recordedFetch(answer) });
}

function anthropic(answer: RecordedAnswer): Anthropic {
  return new Anthropic({ apiKey: 'k', maxRetries: 0, fetch: recordedFetch(answer) });
}

async function readChat(answer: RecordedAnswer, way: Way): Promise<unknown> {
  const { completions } = openai(answer).chat;
  const body = { ...asked(answer), messages: [{ role: 'user' as const, content: 'a' }] };
  const read =
    way === 'create'
      ? await completions.create(body)
      : way === 'parse'
        ? await completions.parse(body)
        : await completions.stream(body).finalChatCompletion();
  return read.choices[0]?.message;
}

async function readResponse(answer: RecordedAnswer, way: Way): Promise<unknown> {
  const { responses } = openai(answer);
  const body = { ...asked(answer), input: 'a' };
  const read =
    way === 'create'
      ? await responses.create(body)
      : way === 'parse'
        ? await responses.parse(body)
        : await responses.stream(body).finalResponse();
  return read.output;
}

async function readMessage(answer: RecordedAnswer, way: Way): Promise<unknown> {
  const { messages } = anthropic(answer);
  const body = messageBody(answer);
  const read =
    way === 'create'
      ? await messages.create(body)
      : way === 'parse'
        ? await messages.parse(body)
        : await messages.stream(body).finalMessage();
  return read.content;
}

async function readBetaMessage(answer: RecordedAnswer, way: Way): Promise<unknown> {
  const { messages } = anthropic(answer).beta;
  const body = { ...messageBody(answer), betas: [...answer.betas] };
  const read =
    way === 'create'
      ? await messages.create(body)
      : way === 'parse'
        ? await messages.parse(body)
        : await messages.stream(body).finalMessage();
  return read.content;
}

function asked({ model, asks }: RecordedAnswer) {
  return { model, ...asks };
}

function messageBody(answer: RecordedAnswer) {
  return {
    ...asked(answer),
    max_tokens: 1_024,
    messages: [{ role: 'user' as const, content: 'a' }],
  };
}
