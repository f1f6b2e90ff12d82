import { type ErrorShape, readErrorShape } from './error-shape.js';

/** Whether an upstream bills an error. At least one of status and code is there; both must fit. */
export interface BillingRow {
  readonly status?: number | undefined;
  /** Any of the codes or types that the answer has: `content_filter`. */
  readonly code?: string | undefined;
  readonly billed: boolean;
}

export const BILLING_PRESETS = ['standard', 'azure', 'xai'] as const;
export type BillingPreset = (typeof BILLING_PRESETS)[number];

/**
 * Errors that stay charged wherever they come from: in time nobody answered, so that the work may have
 * been done.
 */
const TIMEOUTS: readonly BillingRow[] = [
  { status: 408, billed: true },
  { status: 504, billed: true },
  ...['timeout', 'timeout_error', 'request_timeout', 'deadline_exceeded', 'DEADLINE_EXCEEDED'].map(
    (code) => ({ code, billed: true }),
  ),
];

/**
 * Errors that some provider is known to bill:
 * - Azure bills the prompt of a filtered request ("Content filtering": a charge with status 400);
 * - xAI bills a fee for a request that violates its usage guidelines;
 * - Groq answers so when the model has put out what is not as it was asked for.
 */
const BILLED: readonly BillingRow[] = [
  { code: 'content_filter', billed: true },
  { status: 403, code: 'permission-denied', billed: true },
  { code: 'usage_guidelines', billed: true },
  { code: 'json_validate_failed', billed: true },
  { code: 'tool_use_failed', billed: true },
];

const PRESETS: Readonly<Record<BillingPreset, readonly BillingRow[]>> = {
  standard: [],
  azure: [
    { status: 400, code: 'content_filter', billed: true },
    { code: 'ResponsibleAIPolicyViolation', billed: true },
  ],
  xai: [{ status: 403, billed: true }],
};

/** The rows of an upstream, in the order in which they are looked at: its own, its preset's, those of all. */
export function billingRows(
  preset: BillingPreset = 'standard',
  own: readonly BillingRow[] = [],
): readonly BillingRow[] {
  return [...own, ...PRESETS[preset], ...TIMEOUTS, ...BILLED];
}

export const STANDARD_BILLING = billingRows();

export type Judgement =
  | { readonly isBilled: false }
  | {
      readonly isBilled: true;
      readonly cause: 'billed_error' | 'foreign_error' | 'timeout';
      /** For the log: nothing of the answer but its status. */
      readonly detail: string;
    };

/**
 * Whether an upstream bills for an error answer that was read to its end (DESIGN §3, rule 6). The first
 * row that fits says so. Otherwise an error of the provider's own, in its own shape, came in the place of
 * any output, and is not billed; what is in no provider's shape came from something in between, behind
 * which the work may have been done, and so did a text alone with a gateway's own status. A JSON object in a shape that nobody knows can be either: its status
 * decides, as it does for a tool.
 */
export function judgeError(
  status: number,
  body: Uint8Array,
  rows: readonly BillingRow[],
): Judgement {
  const shape = readErrorShape(body);
  const row = rows.find(
    (one) =>
      (one.status === undefined || one.status === status) &&
      (one.code === undefined || shape?.codes.includes(one.code) === true),
  );
  if (row !== undefined) {
    if (!row.billed) return { isBilled: false };
    const cause = TIMEOUTS.includes(row) ? 'timeout' : 'billed_error';
    return {
      isBilled: true,
      cause,
      detail: `status ${status}, ${row.code ?? 'whatever its code'}`,
    };
  }
  if (shape === undefined || (!shape.isKnown && isBilled(status)) || isGateways(status, shape)) {
    const detail = `status ${status}, in no provider's shape`;
    return { isBilled: true, cause: 'foreign_error', detail };
  }
  if (!shape.hasOutput) return { isBilled: false };
  return { isBilled: true, cause: 'billed_error', detail: `status ${status}, with some output` };
}

/** By which a gateway says that what it had from behind it was no answer (502), or that none was there (Cloudflare's 52x). */
function isGateways(status: number, { isBare }: ErrorShape): boolean {
  return isBare && (status === 502 || (status >= 520 && status <= 527));
}

/**
 * Whether an HTTP tool is paid for an answer of this status: a tool has no shape of its own, so that its
 * status is all there is. Everything but these stays charged.
 */
const NOT_BILLED = new Set([
  400, // malformed
  401, // the gateway's key
  402, // the gateway's account there has no money
  403,
  404, // no such model
  405,
  406,
  409,
  410,
  411,
  413,
  414,
  415,
  422,
  429, // rate limited
  431,
  501,
  503, // overloaded, before the work
  529, // Anthropic's "overloaded"
]);

export function isBilled(status: number): boolean {
  return !NOT_BILLED.has(status);
}
