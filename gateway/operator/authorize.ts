import type { Context } from 'hono';
import { Problem } from '../api/problem.js';
import { readCredential } from '../credential.js';
import type { FindOperator, Operator, Scope } from './keys.js';
import { WrongKeys, type WrongKeysDeps } from './wrong-keys.js';

/** Who asks, if the key may do this. @throws {Problem} */
export type AuthorizeOperator = (c: Context, scope: Scope) => Operator;

export function createOperatorAuthorizer(
  deps: WrongKeysDeps & { readonly settings: () => { readonly findOperator: FindOperator } },
): AuthorizeOperator {
  const wrongKeys = new WrongKeys(deps);
  return (c, scope) => {
    const operator = deps.settings().findOperator(readOperatorKey(c.req.raw.headers));
    if (operator === undefined) throw wrongKey(wrongKeys.note(addressOf(c)));
    if (!operator.scope.has(scope)) throw scopeMissing(operator, scope);
    return operator;
  };
}

/**
 * Refuses an account or tenant that is not for this key: before the ledger is asked, so that the
 * answer is the same whether there is such an account or not.
 * @param account or a tenant's name alone
 * @throws {Problem} `operator_tenant_denied`
 */
export function requireTenant({ name, tenants }: Operator, account: string): void {
  const [tenant = ''] = account.split('/', 1);
  if (tenants === undefined || tenants.has(tenant)) return;
  throw new Problem('operator_tenant_denied', {
    message: `The operator key "${name}" is for the ${list('tenant', [...tenants])} alone.`,
    cause: `the operator key ${name}`,
  });
}

/**
 * Whether a request has a key for all tenants that may read. Nothing is said of one that is wrong, but
 * it is counted as one.
 */
export function mayReadAll(c: Context, authorize: AuthorizeOperator): boolean {
  try {
    return authorize(c, 'read').tenants === undefined;
  } catch {
    return false;
  }
}

function readOperatorKey(headers: Headers): string {
  try {
    return readCredential(headers);
  } catch {
    throw new Problem('invalid_operator_key');
  }
}

/** Without a server there is no address: then all count as one. */
function addressOf(c: Context): string {
  const env = c.env as { incoming?: { socket?: { remoteAddress?: string } } } | undefined;
  return env?.incoming?.socket?.remoteAddress ?? 'unknown';
}

/** Logged by {@link WrongKeys}, once a minute. */
function wrongKey(waitS: number): Problem {
  const isLogged = true;
  if (waitS === 0) return new Problem('invalid_operator_key', { isLogged });
  return new Problem('too_many_wrong_keys', { isLogged, retryAfterS: waitS });
}

function scopeMissing({ name, scope }: Operator, needed: Scope): Problem {
  return new Problem('operator_scope_missing', {
    message: `This needs an operator key with the scope ${needed}; "${name}" has the ${list('scope', [...scope])}.`,
    scopes: { needed, held: [...scope] },
    cause: `the operator key ${name}`,
  });
}

function list(noun: string, names: readonly string[]): string {
  return `${noun}${names.length === 1 ? '' : 's'} ${names.join(', ')}`;
}
