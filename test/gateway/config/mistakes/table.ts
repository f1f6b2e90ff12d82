import { expect, it } from 'vitest';
import { type Given, MINIMAL, mistakesOf } from '../fixture.js';

/**
 * What is wrong, the file (or all that is given), and each line of the refusal in order:
 * line:column, setting, what was found, what was expected.
 */
export type Row = readonly [what: string, given: string | Given, ...mistakes: string[]];

export function check(rows: readonly Row[]): void {
  it.each(rows)('%s', (_, given, ...mistakes) => {
    expect(mistakesOf(typeof given === 'string' ? { yaml: given } : given)).toEqual(mistakes);
  });
}

export const SETTINGS =
  'listen, adminListen, tls, ledger, ledgerTimeout, ledgerRetain, ledgerWait, stateDir, keys, keysCommand, operatorKeyFile, operatorKey, operatorKeys, upstreams, tools, accessLog, cors, prices, limits';
export const AMOUNT =
  'expected credits as a plain decimal such as 15 or 0.25: no sign, exponent or leading zeros, at most six decimals, below 9007199254.740992';
export const LISTEN =
  'expected HOST:PORT such as 127.0.0.1:8787 or [::1]:8787, with a port from 0 to 65535';
export const MODELS = 'expected a list of models and prefixes, such as ["gpt-*", "o*"]';
export const MODEL =
  'expected a name without spaces, or a prefix that ends in its only *, such as gpt-*';

/** The least that serves, with these lines in place of its last part. Lines count from 1. */
export const withKey = (rest: string) => `operatorKeyFile: operator.key\n${rest}`;
/** The lines of one upstream, `a`, begin at line 5. */
export const withUpstream = (lines: string) => `${MINIMAL}upstreams:\n  a:\n${lines}`;
/** The lines of the endpoints begin at line 5. */
export const withEndpoint = (lines: string) =>
  withKey(`tools:\n  defaultCost: 1\n  endpoints:\n${lines}`);
