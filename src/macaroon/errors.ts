/** Why a macaroon was refused. For logs and the command line: the wire says 401 for all of them. */
export type MacaroonErrorCode =
  /** Longer than 8 KiB in base64. */
  | 'too_long'
  | 'too_many_caveats'
  /** More than 16 holders. */
  | 'too_many_accounts'
  /** The older format of libmacaroons. Most libraries write V2 when asked to. */
  | 'version_1'
  /** Not base64url, or not in its one spelling: no padding, no other alphabet, no spare bits. */
  | 'not_base64url'
  /** Neither V2 binary nor V2 JSON, or broken off, or with something left over. */
  | 'malformed'
  /** A caveat for a third party to discharge. There is none in this system. */
  | 'third_party'
  /** The identifier or a caveat is not one line of printable ASCII. */
  | 'not_ascii'
  /** Not `b1.<kid>.<tenant>.<id>`. */
  | 'bad_identifier'
  /** No key of that `kid` in the ring: never there, or retired. */
  | 'unknown_key'
  /** The caveats are not those that were signed, or another key signed them. */
  | 'signature_mismatch';

/** A macaroon that was refused. No message carries the macaroon itself. */
export class MacaroonError extends Error {
  override readonly name = 'MacaroonError';
  readonly code: MacaroonErrorCode;
  constructor(code: MacaroonErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
