import { pino, stdTimeFunctions } from 'pino';

/**
 * What a line says beside its message. About a call: the account, route, status, code, cost,
 * duration and reservation, and nothing else.
 */
export type LogFields = Readonly<Record<string, unknown>>;

type LogLevel = 'debug' | 'info' | 'warn' | 'error';

export type Log = Readonly<Record<LogLevel, (fields: LogFields, message: string) => void>>;

/** A log that can be told of further secrets. */
export type HidingLog = Log & {
  /** From the next line on, these never appear either. */
  readonly hide: (secrets: readonly string[]) => void;
};

export interface LogOptions {
  /** Lines below it are not written. */
  readonly level: LogLevel;
  /** Where the lines go, each with its line feed. */
  readonly destination: { write(line: string): void };
  /** For people at a terminal: a short line instead of JSON. */
  readonly readable: boolean;
  /** Values that never appear, wherever they turn up: provider keys, the operator's key. */
  readonly secrets: readonly string[];
}

/** A log from which secrets are removed as the last thing before each line is written. */
export function createLog({ level, destination, readable, secrets }: LogOptions): HidingLog {
  const hidden = new Set(secrets);
  let redact = createRedactor(secrets);
  const log = pino(
    {
      level,
      base: null,
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: describeError },
      hooks: {
        streamWrite: (line) => (readable ? toReadable(redact(line)) : redact(line)),
      },
    },
    destination,
  );
  const hide = (more: readonly string[]): void => {
    for (const secret of more) hidden.add(secret);
    redact = createRedactor([...hidden]);
  };
  return Object.assign(log, { hide });
}

const REDACTED = '[redacted]';
/** A shorter value can't be told from ordinary words. */
const MIN_SECRET_LENGTH = 8;

/** Members that hold a credential, at any depth, whatever their value looks like. */
const SECRET_MEMBER =
  /"([^"\\]*(?:authorization|api-?key|operator-?key|macaroon|password|secret|cookie))":"(?:[^"\\]|\\.)*"/gi;
const BEARER = /\b(bearer|basic)\s+[^\s"\\]+/gi;
const PROVIDER_KEY = /\bsk-[\w-]{16,}/g;
const URL_CREDENTIALS = /:\/\/[^\s/"\\]*@/g;
/**
 * A macaroon in either encoding has more than 100 base64 characters in a row. Nothing else that is
 * logged has: a holder ends at 64, an id at 32. Looked for at the start of a run alone, which takes
 * a quarter of the time.
 */
const LONG_BASE64 = /(?<![A-Za-z0-9+_-])[A-Za-z0-9+_-]{100,}/g;

/**
 * Removes from one JSON line whatever is, or looks like, a secret. It reads the finished line: an
 * error's message, a stack and a nested field are all text there.
 */
function createRedactor(secrets: readonly string[]): (jsonLine: string) => string {
  const spellings = secrets
    .filter((secret) => secret.length >= MIN_SECRET_LENGTH)
    .flatMap((secret) => [JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)]);
  return (jsonLine) => {
    let line = jsonLine;
    for (const spelling of spellings) line = line.replaceAll(spelling, REDACTED);
    return line
      .replace(LONG_BASE64, REDACTED)
      .replace(SECRET_MEMBER, `"$1":"${REDACTED}"`)
      .replace(BEARER, `$1 ${REDACTED}`)
      .replace(PROVIDER_KEY, REDACTED)
      .replace(URL_CREDENTIALS, `://${REDACTED}@`);
  };
}

/** What an error says, without its other members: clients hang whole requests on them. */
function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return String(error);
  return {
    type: error.name,
    message: error.message,
    ...('code' in error ? { code: String(error.code) } : {}),
    ...(error.cause === undefined ? {} : { cause: describeError(error.cause) }),
    stack: error.stack,
  };
}

/** `12:30:01 info  listening  host=127.0.0.1 port=8787`, and an error's stack below it. */
function toReadable(jsonLine: string): string {
  const { time, level, msg, err, ...fields } = JSON.parse(jsonLine) as Record<string, unknown>;
  const pairs = Object.entries(fields).map(([name, value]) => `${name}=${showValue(value)}`);
  const head = `${String(time).slice(11, 19)} ${String(level).padEnd(5)} ${String(msg)}`;
  const line = pairs.length === 0 ? head : `${head}  ${pairs.join(' ')}`;
  return `${withoutControls(err === undefined ? line : `${line}\n${showError(err)}`)}\n`;
}

function showValue(value: unknown): string {
  return typeof value === 'string' && /^[\w./:@*+-]+$/.test(value) ? value : JSON.stringify(value);
}

function showError(error: unknown): string {
  const stack = (error as { readonly stack?: unknown }).stack;
  return typeof stack === 'string' ? stack : showValue(error);
}

/** A terminal obeys control characters, and an error's message can hold some of another's text. */
function withoutControls(text: string): string {
  return text.replace(/(?!\n)\p{Cc}/gu, '\u{fffd}');
}
