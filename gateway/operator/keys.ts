import { hash, timingSafeEqual } from 'node:crypto';

/**
 * What an operator's key may do: `mint` opens roots, `control` changes accounts (pause, resume, revoke,
 * close, top up), `read` looks at them, `policy` is kept for rules that are still to come.
 */
export const SCOPES = ['mint', 'control', 'read', 'policy'] as const;
export type Scope = (typeof SCOPES)[number];

/** Who asks with an operator's key. */
export interface Operator {
  /** The key's name, and the actor of what is journaled. */
  readonly name: string;
  readonly scope: ReadonlySet<Scope>;
  /** Undefined: every tenant. */
  readonly tenants: ReadonlySet<string> | undefined;
}

export interface OperatorKey extends Operator {
  /** Already found strong enough (see `config/secrets.ts`). */
  readonly key: string;
}

/** The name of the key that `operatorKey` and `operatorKeyFile` give, which may do everything. */
export const MAIN_OPERATOR = 'operator';

/** The one key of `operatorKey`: every scope, every tenant. */
export function mainOperatorKey(key: string): OperatorKey {
  return { name: MAIN_OPERATOR, key, scope: new Set(SCOPES), tenants: undefined };
}

/** Whose key was presented; undefined for nobody's. */
export type FindOperator = (presented: string) => Operator | undefined;

/**
 * Compares with every key, whichever matches. All are hashed first, so the time it takes tells
 * nothing of a key, its length and place included; and the keys themselves are not kept.
 */
export function createFindOperator(keys: readonly OperatorKey[]): FindOperator {
  const known = keys.map(({ key, ...operator }) => ({ operator, expected: sha256(key) }));
  return (presented) => {
    const digest = sha256(presented);
    let found: Operator | undefined;
    for (const { operator, expected } of known) {
      if (timingSafeEqual(digest, expected)) found = operator;
    }
    return found;
  };
}

function sha256(text: string): Buffer {
  return hash('sha256', Buffer.from(text, 'utf8'), 'buffer');
}
