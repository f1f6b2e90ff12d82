/**
 * Everything of the outside that a command touches. `bin.ts` makes it of the process; a test makes
 * its own.
 */
export interface Io {
  /** The package's. */
  readonly version: string;
  /** Without the program's own name. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly stdin: StandardInput;
  /** Results. */
  readonly out: Output;
  /** Messages and logs. */
  readonly err: Output;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** From a cryptographic generator. */
  readonly randomBytes: (length: number) => Uint8Array;
  readonly fetch: typeof globalThis.fetch;
  /** Calls back at every request to stop. Without a listener the process ends by itself. */
  readonly onStop: (listener: () => void) => void;
  /** Calls back at every request to read the configuration again. Without a listener it ends the process. */
  readonly onReload: (listener: () => void) => void;
  /** Ends the process at once. */
  readonly exit: (status: number) => void;
}

interface StandardInput {
  /** A person would have to type, and has been asked for nothing. */
  readonly isTerminal: boolean;
  /** A pipe of the shell, or a file: someone meant it to be read. */
  readonly isGiven: boolean;
  /** To its end, or to so many characters. */
  readonly read: (maxChars: number) => Promise<string>;
}

export interface Output {
  readonly write: (text: string) => void;
  readonly isTerminal: boolean;
  /** A terminal whose owner has not set `NO_COLOR`. */
  readonly hasColors: boolean;
}
