import { TOKENIZERS } from '../pricing/bound/tokenizers.js';
import type { RecordedApi } from './answer.js';

/**
 * What a request really is to its provider, in tokens: its JSON by the tokenizer that the provider
 * published. Two things are not text to it: pictures, and what it has encrypted, whose base64 hides a
 * text of about four bytes a token.
 */
export function honestTokens(api: RecordedApi, body: unknown): number {
  const count = api === 'messages' ? CLAUDE : O200K;
  const unseen = { tokens: 0 };
  const text = JSON.stringify(body, (key, value: unknown) => replaced(api, key, value, unseen));
  return unseen.tokens + count(text);
}

const [O200K, CLAUDE] = [tokenizer('OpenAI o200k_base'), tokenizer('Anthropic (published)')];

function tokenizer(name: string): (text: string) => number {
  const found = TOKENIZERS.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no tokenizer ${name}`);
  return found.count;
}

/** Fields whose text only the provider can read. */
const ENCRYPTED = new Set([
  'encrypted_content',
  'encrypted_index',
  'encrypted_stdout',
  'signature',
  'thought_signature',
]);

/** A text of four bytes a token, as base64: four characters for three bytes. */
const CHARACTERS_PER_TOKEN = (4 * 4) / 3;

/** A picture of 1024 × 768: by OpenAI's tiles, and by Anthropic's pixels a token. */
const PICTURE_TOKENS = { openai: 765, anthropic: Math.ceil((1_024 * 768) / 750) };

function replaced(
  api: RecordedApi,
  key: string,
  value: unknown,
  unseen: { tokens: number },
): unknown {
  if (typeof value === 'string' && isEncrypted(key, value)) {
    unseen.tokens += Math.ceil(value.length / CHARACTERS_PER_TOKEN);
    return '';
  }
  if (typeof value === 'string' && isPicture(value)) {
    unseen.tokens += pictureTokens(api);
    return '';
  }
  const { type } = (value ?? {}) as { readonly type?: unknown };
  if (typeof type === 'string' && PICTURES.has(type)) {
    // Wherever it comes from: its data, its address or its id is no text.
    unseen.tokens += pictureTokens(api);
    const { source: _s, image_url: _u, ...others } = value as Readonly<Record<string, unknown>>;
    return others;
  }
  return value;
}

/** Parts, blocks and outputs that are a picture. */
const PICTURES = new Set(['image', 'image_url', 'input_image', 'computer_screenshot']);

function pictureTokens(api: RecordedApi): number {
  return api === 'messages' ? PICTURE_TOKENS.anthropic : PICTURE_TOKENS.openai;
}

function isEncrypted(key: string, value: string): boolean {
  // OpenRouter and `redacted_thinking` have it in a field that others use for pictures.
  return ENCRYPTED.has(key) || (key === 'data' && /^(?:gAAAA|EmwK)/.test(value));
}

function isPicture(value: string): boolean {
  return /^(?:data:image\/png;base64,)?iVBORw0KGgo/.test(value);
}
