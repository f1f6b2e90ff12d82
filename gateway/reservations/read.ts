import { z } from 'zod';
import { MAX_TTL_MS, MIN_TTL_MS } from '../../src/ledger/contract.js';
import { AmountError, parseAmount } from '../../src/money/amount.js';
import { type Micros, UNITS, type Unit, type Vector } from '../../src/money/units.js';
import { DurationError, parseDuration } from '../../src/text/duration.js';
import { parseExactJson } from '../../src/text/exact-json.js';
import { Problem } from '../api/problem.js';
import { parseJsonObject } from '../body.js';

/** What a caller asks to have held. */
export interface ReservationAsk {
  readonly kind: 'tool' | 'model';
  readonly name: string;
  /** Only the units that it names. */
  readonly asked: Vector;
  /** 1 s to 24 h; undefined where the gateway's own is to be taken. */
  readonly ttlMs: number | undefined;
  readonly tags: Readonly<Record<string, string>> | undefined;
}

const MAX_TAGS = 16;
/** It begins with a letter, so that no name means anything to an object of JavaScript. */
const TAG_NAME = /^[A-Za-z][A-Za-z0-9._-]{0,63}$/;
const TAG_VALUE = /^[\x20-\x7e]{1,64}$/;

const amount = z.custom<string | number>(
  (value) => typeof value === 'string' || typeof value === 'number',
  'expected an amount: decimal text or a number, in whole units',
);
const amounts = {
  credits: amount.optional(),
  usd: amount.optional(),
  tokens: amount.optional(),
  calls: amount.optional(),
};
const name = z.string().min(1).max(256).optional();
const reserveSchema = z.strictObject({
  tool: name,
  model: name,
  ...amounts,
  ttl: z.string().optional(),
  // As it was parsed: zod's records leave out a name such as __proto__ in silence.
  tags: z
    .custom<Readonly<Record<string, unknown>>>(
      (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
      'expected an object of names and texts',
    )
    .optional(),
});
const settleSchema = z.strictObject(amounts);
const extendSchema = z.strictObject({ ttl: z.string().optional() });
const releaseSchema = z.strictObject({});

/** @throws {Problem} `invalid_request` */
export function readReserveBody(bytes: Uint8Array): ReservationAsk {
  const body = readBody(bytes, reserveSchema);
  const { tool, model, ttl, tags } = body;
  const named = tool ?? model;
  if (named === undefined || (tool !== undefined && model !== undefined)) {
    const found = named === undefined ? 'neither' : 'both';
    throw mistake('tool', `tool or model: found ${found}, expected one of the two`);
  }
  return {
    kind: tool === undefined ? 'model' : 'tool',
    name: named,
    asked: readAmounts(bytes, body),
    ttlMs: ttl === undefined ? undefined : readTtl(ttl),
    tags: tags === undefined ? undefined : readTags(tags),
  };
}

/**
 * What it cost, in the units that are named. An empty body names none.
 * @throws {Problem} `invalid_request`
 */
export function readSettleBody(bytes: Uint8Array): Vector {
  return readAmounts(bytes, readBody(bytes, settleSchema));
}

/**
 * From now on, in milliseconds; undefined where the gateway's own is to be taken.
 * @throws {Problem} `invalid_request`
 */
export function readExtendBody(bytes: Uint8Array): number | undefined {
  const { ttl } = readBody(bytes, extendSchema);
  return ttl === undefined ? undefined : readTtl(ttl);
}

/** @throws {Problem} `invalid_request` for anything but nothing, or an empty object */
export function readReleaseBody(bytes: Uint8Array): void {
  readBody(bytes, releaseSchema);
}

function readBody<Shape extends z.ZodRawShape>(
  bytes: Uint8Array,
  schema: z.ZodObject<Shape, z.core.$strict>,
) {
  const value = bytes.length === 0 ? {} : parseJsonObject(bytes);
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  if (issue?.code === 'unrecognized_keys') {
    const [key = ''] = issue.keys;
    const known = Object.keys(schema.shape).join(', ');
    const shown = JSON.stringify(key.slice(0, 64));
    throw mistake(
      key.slice(0, 64),
      `${shown}: expected ${known === '' ? 'an empty body' : `only ${known}`}`,
    );
  }
  const param = issue?.path.join('.') ?? '';
  throw mistake(param, `${param}: ${issue?.message ?? ''}`);
}

/**
 * A number's digits are taken as they were sent: as a float, `0.1000000000000000001` would have
 * passed for `0.1`.
 */
function readAmounts(bytes: Uint8Array, named: { readonly [U in Unit]?: unknown }): Vector {
  const present = UNITS.filter((unit) => named[unit] !== undefined);
  if (present.length === 0) return {};
  const exact = parseExactJson(Buffer.from(bytes).toString('utf8')) as Record<Unit, string>;
  const read: { [U in Unit]?: Micros } = {};
  for (const unit of present) read[unit] = readAmount(unit, exact[unit]);
  return read;
}

function readAmount(unit: Unit, text: string): Micros {
  try {
    return parseAmount(text.slice(0, 64), unit);
  } catch (error) {
    if (!(error instanceof AmountError)) throw error;
    throw mistake(unit, `${unit}: ${error.message}`);
  }
}

function readTtl(text: string): number {
  const expected = `ttl: expected ${MIN_TTL_MS / 1000}s to ${MAX_TTL_MS / 3_600_000}h`;
  try {
    const ttlMs = parseDuration(text.slice(0, 64));
    if (ttlMs >= MIN_TTL_MS && ttlMs <= MAX_TTL_MS) return ttlMs;
    throw mistake('ttl', `${expected}, found ${text}`);
  } catch (error) {
    if (!(error instanceof DurationError)) throw error;
    throw mistake('ttl', `${expected}: ${error.message}`);
  }
}

function readTags(tags: Readonly<Record<string, unknown>>): Record<string, string> {
  const read: Record<string, string> = {};
  const entries = Object.entries(tags);
  if (entries.length > MAX_TAGS) {
    throw mistake('tags', `tags: found ${entries.length}, expected at most ${MAX_TAGS}`);
  }
  for (const [tag, value] of entries) {
    if (TAG_NAME.test(tag) && typeof value === 'string' && TAG_VALUE.test(value)) {
      read[tag] = value;
      continue;
    }
    throw mistake(
      'tags',
      `tags: found ${JSON.stringify(`${tag}=${value}`.slice(0, 140))}, expected a name of 1 to 64 ` +
        'letters, digits, . _ and -, beginning with a letter, and a text of 1 to 64 printable ASCII characters',
    );
  }
  return read;
}

function mistake(param: string, message: string): Problem {
  return new Problem('invalid_request', { message, param });
}
