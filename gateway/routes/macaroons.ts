import type { Context } from 'hono';
import { z } from 'zod';
import { CaveatError } from '../../src/caveats/errors.js';
import { formatInstant } from '../../src/caveats/expires.js';
import { MacaroonError } from '../../src/macaroon/index.js';
import { type MintDeps, mintRoot } from '../../src/minting/mint-root.js';
import { type MintTerms, parseTerms, TermsError } from '../../src/minting/terms.js';
import { toApiJson } from '../api/json.js';
import { Problem } from '../api/problem.js';
import type { Log } from '../logging.js';
import { requireTenant } from '../operator/authorize.js';
import type { Operator } from '../operator/keys.js';
import { askLedger } from './ask-ledger.js';
import { readJson } from './read-json.js';

const bodySchema = z.strictObject({
  holder: z.string(),
  budget: z.union([z.string(), z.array(z.string()).max(16)]).transform((one) => [one].flat()),
  tools: z.string().optional(),
  expires: z.string(),
  tenant: z.string().optional(),
  // As it was parsed: zod's records leave out a name such as __proto__ in silence.
  labels: z
    .custom<Readonly<Record<string, string>>>(isTexts, 'expected an object of names and texts')
    .optional(),
});

function isTexts(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.values(value).every((text) => typeof text === 'string');
}

export interface MacaroonsDeps {
  /** Asked at each request: the ring can change. */
  readonly mint: () => MintDeps;
  readonly clock: () => number;
  readonly log: Log;
}

/** `POST /bursar/v1/macaroons`: mints a root, with an operator's key. The log tells by whose. */
export function macaroonsRoute({ mint, clock, log }: MacaroonsDeps) {
  return async (c: Context, operator: Operator): Promise<Response> => {
    const terms = readTerms(await readJson(c.req.raw, bodySchema), clock());
    requireTenant(operator, terms.tenant);
    const { macaroon, account, expiresAtMs } = await askLedger(() => mintRefusing(mint(), terms));
    log.info({ operator: operator.name, account }, 'minted');
    return new Response(toApiJson({ macaroon, account, expires: formatInstant(expiresAtMs) }), {
      status: 201,
      headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
    });
  };
}

function readTerms(body: z.infer<typeof bodySchema>, nowMs: number): MintTerms {
  try {
    return parseTerms(body, nowMs);
  } catch (error) {
    if (!(error instanceof TermsError)) throw error;
    throw new Problem('invalid_request', { message: error.message, param: error.param });
  }
}

async function mintRefusing(deps: MintDeps, terms: MintTerms) {
  try {
    return await mintRoot(deps, terms);
  } catch (error) {
    if (error instanceof CaveatError || error instanceof MacaroonError) {
      throw new Problem('invalid_request', { message: error.message, cause: error });
    }
    throw error;
  }
}
