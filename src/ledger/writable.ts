/** A value that is still being filled in: a member that is optional is set where there is one. */
export type Writable<T> = { -readonly [Name in keyof T]: T[Name] };
