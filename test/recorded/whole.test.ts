import { describe, expect, it } from 'vitest';
import type { Filled, Samples, Whole } from './whole.js';

/** A schema as an SDK types one. */
interface Call {
  readonly type: 'call';
  readonly name: string;
  readonly label?: string;
  readonly place?: { readonly line?: number | null } | null;
}
interface Text {
  readonly type?: 'text';
  readonly parts: { readonly text: string; readonly kind?: 'a' | 'b' }[];
}

const place = { line: 1 };
const call: Filled<Call> = { type: 'call', name: 'f', label: 'l', place };
const text: Filled<Text> = { type: 'text', parts: [{ text: 't', kind: 'a' }] };

// Each of these is an error of the type checker, or the line above it is one.
// @ts-expect-error: an optional member is missing
const lacking: Whole<Call> = { type: 'call', name: 'f', place: null };
// @ts-expect-error: one is missing inside
const lackingInside: Whole<Call> = { type: 'call', name: 'f', label: 'l', place: {} };
// @ts-expect-error: one is missing in a list
const lackingInList: Whole<Text> = { type: 'text', parts: [{ text: 't' }] };
// @ts-expect-error: null hides what could stand there
const hidden: Filled<Call> = { type: 'call', name: 'f', label: 'l', place: null };
// @ts-expect-error: what is undefined is not there
const absent: Whole<Call> = { type: 'call', name: 'f', label: undefined, place: null };
// @ts-expect-error: a kind is missing
const oneKind: Samples<Call | Text> = { call };
// @ts-expect-error: a sample is of another kind
const wrongKind: Samples<Call | Text> = { call, text: call };

describe('the types of recorded answers', () => {
  it('take what has every member, and null where only Filled forbids it', () => {
    const samples: Samples<Call | Text> = { call, text };
    const nullable: Whole<Call> = { ...call, place: null };
    expect(Object.keys(samples)).toEqual(['call', 'text']);
    expect(nullable.place).toBeNull();
  });

  it('refuse all else', () => {
    const refused = [lacking, lackingInside, lackingInList, hidden, absent, oneKind, wrongKind];
    expect(refused).toHaveLength(7);
  });
});
