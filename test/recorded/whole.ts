/**
 * The types that hold recorded answers to the SDKs' schemas: a member that a newer SDK adds, optional
 * or not, is a type error here until somebody has recorded it.
 */

/** T with every optional member present, at every depth. What the schema lets be null may be null. */
export type Whole<T> = T extends readonly (infer Element)[]
  ? Whole<Element>[]
  : T extends object
    ? { [Key in keyof T]-?: Whole<Exclude<T[Key], undefined>> }
    : T;

/** T with every optional member present and nothing null, at every depth: no field stays unseen. */
export type Filled<T> = T extends readonly (infer Element)[]
  ? Filled<Element>[]
  : T extends object
    ? { [Key in keyof T]-?: Filled<NonNullable<T[Key]>> }
    : T;

type Discriminant<Name extends string, Union> = Union extends { readonly [K in Name]?: infer Kind }
  ? NonNullable<Kind> & string
  : never;

type OfKind<Name extends string, Union, Kind> = Union extends { readonly [K in Name]?: infer Own }
  ? Kind extends Own
    ? Union
    : never
  : never;

/** A sample of every member of a union, by its discriminant: a kind that is new is a missing key. */
export type Samples<Union, Name extends string = 'type'> = {
  readonly [Kind in Discriminant<Name, Union>]: Filled<OfKind<Name, Union, Kind>>;
};
