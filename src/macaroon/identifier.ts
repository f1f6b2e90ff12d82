export interface Identifier {
  readonly kid: string;
  readonly tenant: string;
  readonly rootId: string;
}
