/** An item of a response's output, with the pieces in which a stream sends what is in it. */
export interface Item {
  readonly item: { readonly type: string; readonly id: string } & Readonly<Record<string, unknown>>;
  readonly pieces: readonly string[];
}

/** A whole response, as it ends. */
export type SandboxResponse = Readonly<Record<string, unknown>> & { readonly id: string };
