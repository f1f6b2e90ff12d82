import type { SandboxRequest } from './request.js';

/** Whichever API it was asked in. */
export type Conversation = Pick<SandboxRequest, 'model' | 'messages'>;

const MAX_ECHO = 200;
/** Roughly what English text has in common tokenizers. */
const BYTES_PER_TOKEN = 4;
/** What a chat adds around each message, and before the answer. */
const TOKENS_PER_MESSAGE = 4;
const TOKENS_OF_ANSWER_START = 3;

/** What the sandbox says: always the same to the same request. */
export function composeAnswer({ model, messages }: Conversation): string {
  const asked = messages.findLast(({ role }) => role === 'user')?.text ?? '';
  const echo = shorten(asked.replace(/\s+/gu, ' ').trim());
  const said = echo === '' ? 'There was no text in your last message.' : `You said: "${echo}"`;
  return `Hello from Bursar's sandbox. No model was called, ${model} included. ${said}`;
}

function shorten(text: string): string {
  const characters = Array.from(text);
  return characters.length > MAX_ECHO ? `${characters.slice(0, MAX_ECHO).join('')}…` : text;
}

/** The pieces that a stream sends, and that are counted as tokens: words, in parts of four. */
export function toPieces(text: string): string[] {
  return text.match(/\s*\S{1,4}/gu) ?? [];
}

/** An estimate, by bytes: no tokenizer was asked. */
export function estimatePromptTokens({ messages }: Conversation): number {
  const perMessage = messages.map(
    ({ text }) => TOKENS_PER_MESSAGE + Math.ceil(Buffer.byteLength(text) / BYTES_PER_TOKEN),
  );
  return perMessage.reduce((sum, tokens) => sum + tokens, TOKENS_OF_ANSWER_START);
}
