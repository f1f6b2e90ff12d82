/** One turn of a conversation, whichever API it was told in. */
export interface Turn {
  readonly role: string;
  /** Of one without text, the empty string. */
  readonly text: string;
  /** It says what a tool answered. */
  readonly isToolResult?: boolean;
}

export interface Conversation {
  readonly model: string;
  readonly turns: readonly Turn[];
}

const MAX_ECHO = 200;
/** Roughly what English text has in common tokenizers. */
const BYTES_PER_TOKEN = 4;
/** What a chat adds around each message, and before the answer. */
const TOKENS_PER_MESSAGE = 4;
const TOKENS_OF_ANSWER_START = 3;

/** What the sandbox says: always the same to the same request. */
export function composeAnswer({ model, turns }: Conversation): string {
  return `Hello from Bursar's sandbox. No model was called, ${model} included. ${echo(turns)}`;
}

function echo(turns: readonly Turn[]): string {
  const last = turns.at(-1);
  if (last?.isToolResult === true) return `A tool answered: "${shorten(last.text)}"`;
  const asked = shorten(lastOfUser(turns));
  return asked === '' ? 'There was no text in your last message.' : `You said: "${asked}"`;
}

export function lastOfUser(turns: readonly Turn[]): string {
  const isSaid = ({ role, isToolResult }: Turn) => role === 'user' && isToolResult !== true;
  return turns.findLast(isSaid)?.text ?? '';
}

function shorten(text: string): string {
  const characters = Array.from(text.replace(/\s+/gu, ' ').trim());
  const isLong = characters.length > MAX_ECHO;
  return isLong ? `${characters.slice(0, MAX_ECHO).join('')}…` : characters.join('');
}

/** The pieces that a stream sends, and that are counted as tokens: words, in parts of four. */
export function toPieces(text: string): string[] {
  return text.match(/\s*\S{1,4}/gu) ?? [];
}

/** An estimate, by bytes: no tokenizer was asked. */
export function estimateTokens(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / BYTES_PER_TOKEN);
}

/** Of all that is said, and of what else stands in the request: tools, schemas. */
export function estimatePrompt({ turns }: Conversation, others: readonly unknown[]): number {
  const said = turns.map(({ text }) => TOKENS_PER_MESSAGE + estimateTokens(text));
  const beside = others.map((value) => estimateTokens(textOfJson(value)));
  return [...said, ...beside].reduce((sum, tokens) => sum + tokens, TOKENS_OF_ANSWER_START);
}

function textOfJson(value: unknown): string {
  return value === undefined || value === null ? '' : JSON.stringify(value);
}

/** Keys under which parts, blocks and items of the providers' APIs hold what is said in them. */
const SPOKEN = [
  'text',
  'content',
  'output',
  'refusal',
  'thinking',
  'summary',
  'arguments',
  'input',
] as const;

/** All text of a content, whatever it is made of. Pictures and files have none. */
export function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  if (Array.isArray(content)) return content.map(textOf).join('');
  if (typeof content !== 'object' || content === null) return '';
  const fields = content as Readonly<Record<string, unknown>>;
  const spoken = SPOKEN.find((name) => fields[name] !== undefined && fields[name] !== null);
  if (spoken === undefined) return '';
  const value = fields[spoken];
  return spoken === 'input' && typeof value === 'object' ? JSON.stringify(value) : textOf(value);
}
