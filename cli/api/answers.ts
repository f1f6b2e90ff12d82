import { z } from 'zod';
import { parseAmount } from '../../src/money/amount.js';
import { UNITS, WINDOWS } from '../../src/money/units.js';
import { parseExactJson } from '../../src/text/exact-json.js';
import { Refusal } from '../errors.js';

/** Amounts arrive in whole units, and become micro-units. */
const amount = z.string().transform((text, context) => {
  try {
    return parseAmount(text);
  } catch {
    context.addIssue({ code: 'custom', message: `found ${text}, expected an amount` });
    return z.NEVER;
  }
});

const limitLine = z.object({
  unit: z.enum(UNITS),
  window: z.enum(WINDOWS),
  limit: amount,
  spent: amount,
  held: amount,
  remaining: amount,
  /** When the window ends. */
  resetsAt: z.string().optional(),
  /** To be set aside on every account above, from its first use on. */
  carved: z.literal(true).optional(),
});

const counters = z.object({ credits: amount, usd: amount, tokens: amount, calls: amount });

/** What the accounts above hold back for this one alone. */
const setAside = z.object({
  unit: z.enum(UNITS),
  amount,
  used: amount,
  until: z.string(),
});

const standingWord = z.enum(['open', 'paused', 'revoked', 'closed']);

const accountFields = {
  account: z.string(),
  holder: z.string(),
  standing: standingWord,
  limits: z.array(limitLine),
  spent: counters,
  held: counters,
  toppedUp: counters.partial(),
  setAside: z.array(setAside),
  /** How many accounts there are of it and all below it; 0 for one that made no call yet. */
  accounts: z.coerce.number().optional(),
};

/** What was written at mint. */
const rootFacts = z.object({
  holder: z.string(),
  kid: z.string(),
  expires: z.string(),
  labels: z.record(z.string(), z.string()),
});

const standing = z.object(accountFields);

const revokeAnswer = z.object({
  account: z.string(),
  fingerprint: z.string(),
  expires: z.string(),
  replayed: z.boolean(),
});

/** One account as it stands: amounts are in micro-units. */
export type Standing = z.infer<typeof standing>;

export type LimitLine = z.infer<typeof limitLine>;

export interface AccountNode extends Standing {
  readonly children: readonly AccountNode[];
}

const node: z.ZodType<AccountNode> = z.object({
  ...accountFields,
  get children() {
    return z.array(node);
  },
});

const mintAnswer = z.object({ macaroon: z.string(), account: z.string(), expires: z.string() });
const balanceAnswer = z.object({ account: z.string(), path: z.array(standing) });
/** Where there is another page: what it begins after. */
const next = z.string().optional();

const rootsAnswer = z.object({ roots: z.array(standing.extend({ root: rootFacts })), next });
const accountAnswer = z.object({
  account: z.string(),
  root: rootFacts,
  path: z.array(standing),
  children: z.array(node),
  next,
});

const controlAnswer = z.object({
  account: z.string(),
  standing: standingWord,
  before: standingWord,
  replayed: z.boolean(),
  barredBy: z.object({ account: z.string(), standing: standingWord }).nullish(),
});
const topUpAnswer = z.object({
  account: z.string(),
  id: z.string(),
  toppedUp: counters.partial(),
  replayed: z.boolean(),
});
const activateAnswer = z.object({ account: z.string(), replayed: z.boolean() });

export type MintAnswer = z.infer<typeof mintAnswer>;
export type RootsAnswer = z.infer<typeof rootsAnswer>;
export type AccountAnswer = z.infer<typeof accountAnswer>;

/** The answers of `/bursar/v1/…` that the commands read. Members that they don't know are left. */
export const readMintAnswer = reader(mintAnswer);
export const readBalanceAnswer = reader(balanceAnswer);
export const readRootsAnswer = reader(rootsAnswer);
export const readAccountAnswer = reader(accountAnswer);
export const readControlAnswer = reader(controlAnswer);
export const readRevokeAnswer = reader(revokeAnswer);
export const readTopUpAnswer = reader(topUpAnswer);
export const readActivateAnswer = reader(activateAnswer);

/** @throws {Refusal} when the gateway says something else: another version, or no gateway. */
function reader<T>(schema: z.ZodType<T>): (text: string) => T {
  return (text) => {
    let value: unknown;
    try {
      value = parseExactJson(text);
    } catch {
      throw new Refusal('the gateway answered text that is not JSON');
    }
    const read = schema.safeParse(value);
    if (read.success) return read.data;
    const [issue] = read.error.issues;
    throw new Refusal(
      `the gateway's answer is not what this version expects: ${issue?.path.join('.')}: ${issue?.message}`,
    );
  };
}
