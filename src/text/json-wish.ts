/**
 * What a skim looks for in a JSON text, laid out as the text is:
 * `object({ usage: keep('usage'), choices: array(object({ delta: object({ content: MEASURE }) })) })`.
 */
export type Wish = Keep | Measure | Tally | Slot | ObjectWish | ArrayWish;

interface Keep {
  readonly kind: 'keep';
  readonly name: string;
}
interface Measure {
  readonly kind: 'measure';
}
interface Tally {
  readonly kind: 'tally';
}
interface Slot {
  readonly kind: 'slot';
  readonly place: number;
}
export interface ObjectWish {
  readonly kind: 'object';
  readonly members: readonly { readonly key: Uint8Array; readonly wish: Wish }[];
}
export interface ArrayWish {
  readonly kind: 'array';
  readonly element: Wish | undefined;
  /** Each object in it is a row of what its slots hold. */
  readonly isTable: boolean;
}

/** Keeps the value, whatever it is, under a name of the wish's own. */
export function keep(name: string): Wish {
  return { kind: 'keep', name };
}

/** Adds up how long the string is. */
export const MEASURE: Wish = { kind: 'measure' };

/** Counts how often each string stands here. */
export const TALLY: Wish = { kind: 'tally' };

export function object(members: Readonly<Record<string, Wish>>): ObjectWish {
  const encoder = new TextEncoder();
  return {
    kind: 'object',
    members: Object.entries(members).map(([key, wish]) => ({ key: encoder.encode(key), wish })),
  };
}

/** Counts the objects and arrays that stand in it, and looks into each. */
export function array(element?: Wish): ArrayWish {
  return { kind: 'array', element, isTable: false };
}

/** The same, and each object in it is a row: what its {@link slot}s hold, wherever in it they are. */
export function table(element: ObjectWish): ArrayWish {
  return { kind: 'array', element, isTable: true };
}

/** Keeps a string as a word of the row under way: its first 160 bytes, as written. */
export function slot(place: number): Wish {
  return { kind: 'slot', place };
}
