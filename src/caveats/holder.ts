import { caveatError } from './errors.js';

/** Who holds the macaroon from here on. Opens an account of that name (DESIGN §2). */
export interface HolderCaveat {
  readonly kind: 'holder';
  readonly name: string;
}

const HOLDER = /^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$/;

/** @throws {CaveatError} */
export function parseHolder(value: string): HolderCaveat {
  if (!HOLDER.test(value)) {
    throw caveatError(
      'holder',
      value,
      'a letter or digit, then at most 63 letters, digits or any of . _ @ -',
    );
  }
  return { kind: 'holder', name: value };
}

export function formatHolder(caveat: HolderCaveat): string {
  return `holder = ${caveat.name}`;
}
