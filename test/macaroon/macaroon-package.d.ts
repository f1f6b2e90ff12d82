/** The npm package `macaroon`, as far as we use it: it brings no types of its own. */
declare module 'macaroon' {
  export interface Macaroon {
    readonly identifier: Uint8Array;
    readonly signature: Uint8Array;
    readonly caveats: readonly { readonly identifier: Uint8Array }[];
    addFirstPartyCaveat(condition: string): void;
    exportBinary(): Uint8Array;
    exportJSON(): unknown;
    verify(key: Uint8Array, check: (condition: string) => string | null, discharges: []): void;
  }
  export function importMacaroon(source: string | Uint8Array | object): Macaroon;
  export function newMacaroon(parts: {
    identifier: string;
    location?: string;
    rootKey: Uint8Array;
    version: 2;
  }): Macaroon;
}
