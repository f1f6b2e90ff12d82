import type { Context } from 'hono';
import { z } from 'zod';
import {
  CaveatError,
  formatInstant,
  interpretCaveats,
  parseExpires,
} from '../../src/caveats/index.js';
import type { RevokeMacaroonOutcome, RevokeMacaroonRequest } from '../../src/ledger/contract.js';
import { rootName } from '../../src/ledger/ids.js';
import {
  decodeMacaroon,
  fingerprintOf,
  MacaroonError,
  parseIdentifier,
} from '../../src/macaroon/index.js';
import { toApiJson } from '../api/json.js';
import { Problem } from '../api/problem.js';
import { requireTenant } from '../operator/authorize.js';
import type { Operator } from '../operator/keys.js';
import { askLedger } from './ask-ledger.js';
import { changeStanding, type OperatingDeps } from './control.js';
import { readJson } from './read-json.js';

const bodySchema = z.strictObject({
  account: z.string().optional(),
  macaroon: z.string().optional(),
  fingerprint: z.string().optional(),
  expires: z.string().optional(),
});
type Body = z.infer<typeof bodySchema>;
type Named = Omit<RevokeMacaroonRequest, 'actor'>;

/**
 * `POST /bursar/v1/revoke`, with an operator's key: an account, `{account}`, or one macaroon and all
 * that were attenuated from it, `{macaroon}` or `{account, fingerprint, expires}` with its root. The
 * macaroon is not kept: its fingerprint is.
 */
export function revokeRoute(deps: OperatingDeps) {
  return async (c: Context, operator: Operator): Promise<Response> => {
    const body = await readJson(c.req.raw, bodySchema);
    const { account, macaroon, fingerprint, expires } = body;
    if (macaroon === undefined && fingerprint === undefined && expires === undefined) {
      if (account === undefined) throw notNamed('account');
      return changeStanding('revoke', deps, { account, operator });
    }
    const named = readNamed(body);
    requireTenant(operator, named.root);
    const { ledger } = deps;
    const actor = operator.name;
    const outcome = await askLedger(() => ledger.revokeMacaroon({ ...named, actor }));
    const { expiresAtMs, replayed } = done(outcome, named.root);
    const view = {
      account: named.root,
      fingerprint: named.fingerprint,
      expires: formatInstant(expiresAtMs),
      replayed,
    };
    return new Response(toApiJson(view), { headers: { 'content-type': 'application/json' } });
  };
}

/** @throws {Problem} `invalid_request` */
function readNamed({ account, macaroon, fingerprint, expires }: Body): Named {
  if (macaroon !== undefined) {
    if (account === undefined && fingerprint === undefined && expires === undefined) {
      return readMacaroon(macaroon);
    }
    throw new Problem('invalid_request', {
      message: 'macaroon: found other members beside it. Send the macaroon alone.',
      param: 'macaroon',
    });
  }
  if (account === undefined) throw notNamed('account');
  if (fingerprint === undefined) throw notNamed('fingerprint');
  const named = { root: account, fingerprint };
  return expires === undefined ? named : { ...named, expiresAtMs: readExpires(expires) };
}

/** Its signature is not proved here: a fingerprint that no macaroon has refuses none. */
function readMacaroon(text: string): Named {
  try {
    const { identifier, signature, unprovedCaveats } = decodeMacaroon(text.trim());
    const its = parseIdentifier(identifier);
    const { expiresAtMs } = interpretCaveats(its, unprovedCaveats);
    return { root: rootName(its), fingerprint: fingerprintOf(signature), expiresAtMs };
  } catch (error) {
    if (!(error instanceof MacaroonError || error instanceof CaveatError)) throw error;
    throw new Problem('invalid_request', {
      message: 'macaroon: found none that a gateway would take, so there is nothing to revoke.',
      param: 'macaroon',
      cause: error,
    });
  }
}

function readExpires(text: string): number {
  try {
    return parseExpires(text).atMs;
  } catch (error) {
    if (!(error instanceof CaveatError)) throw error;
    throw new Problem('invalid_request', { message: error.message, param: 'expires' });
  }
}

function notNamed(param: 'account' | 'fingerprint'): Problem {
  return new Problem('invalid_request', {
    message: `${param}: found none. Send account, or macaroon, or account with fingerprint.`,
    param,
  });
}

/** @throws {Problem} */
function done(outcome: RevokeMacaroonOutcome, account: string) {
  if (outcome.status === 'done') return outcome;
  if (outcome.reason === 'root_unknown') throw new Problem('account_unknown', { account });
  const code = outcome.reason === 'expired' ? 'macaroon_expired' : outcome.reason;
  throw new Problem(code, { account });
}
