import { readFileSync } from 'node:fs';

interface Bytes {
  readonly utf8?: string;
  readonly hex?: string;
}

interface PublishedCaveat {
  readonly cid: string;
  readonly vid64?: string;
}

/** An entry of `test/vectors/macaroons.json`; its README says what the fields mean. */
export interface PublishedMacaroon {
  readonly id: string;
  readonly key: Bytes;
  readonly identifier: string | Bytes;
  readonly caveats: readonly PublishedCaveat[];
  readonly boundTo?: string;
  readonly boundToUtf8?: string;
  readonly signatureHex: string | null;
  readonly serialized: string | null;
  readonly format: string;
  readonly expect?: 'authorized' | 'unauthorized' | 'signature-mismatch';
  readonly exact?: readonly string[];
  readonly wrongKey?: boolean;
  readonly discharge?: { readonly serialized: string; readonly format: string };
}

export const published: readonly PublishedMacaroon[] = JSON.parse(
  readFileSync(new URL('../vectors/macaroons.json', import.meta.url), 'utf8'),
);

export function toBytes(value: string | Bytes): Uint8Array {
  if (typeof value === 'string') return Buffer.from(value, 'utf8');
  if (value.hex !== undefined) return Buffer.from(value.hex, 'hex');
  return Buffer.from(value.utf8 ?? '', 'utf8');
}
