/** A macaroon's parts as bytes, the same in every format. Nothing about them is proved. */
export interface MacaroonParts {
  readonly identifier: Uint8Array;
  readonly caveats: readonly Uint8Array[];
  /** 32 bytes. Whoever holds it can append caveats: it is the secret in a macaroon. */
  readonly signature: Uint8Array;
}

/** What a macaroon says of itself. Anyone can write one: see `verifyMacaroon` for what is proved. */
export interface UnprovedMacaroon {
  /** Printable ASCII. Not yet known to be one of ours: see `parseIdentifier`. */
  readonly identifier: string;
  /** Printable ASCII, a line each, in order. */
  readonly unprovedCaveats: readonly string[];
  readonly signature: Uint8Array;
}
