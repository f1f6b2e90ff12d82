import { elementsOf, type JsonMember, membersOf } from '../../src/text/json-members.js';
import type { BodyWrite, ModelRequest } from './request.js';

/** A value that is written in between `start` and `end` of a body, in the place of what stands there. */
interface Place {
  readonly start: number;
  readonly end: number;
  readonly before: string;
  readonly value: string;
  readonly behind: string;
}

/** Where a body is written to. It is found by reading all of the body, and the writing itself is a copy. */
export interface Places {
  /** Of the output's limit, where the caller stated none. */
  readonly output: Omit<Place, 'value'> | undefined;
  readonly others: readonly Place[];
}

type FindPlaces = (request: ModelRequest, body: Uint8Array) => Places;

/**
 * The body that goes upstream: the caller's bytes, with the limits of output and of tools' runs
 * written in where the caller stated none, and with usage asked for where a stream would otherwise
 * have none. A request that states all passes as it is, byte for byte.
 * @param body the very bytes that the request was read from
 * @param outputTokens of each choice: what was priced and held. Undefined where the API has no
 * output that is billed
 * @param placesOf finds where they are written, unless this was found before
 * @throws {RangeError} when it is not a whole number from 1, or not what the caller stated
 */
export function withOutputLimit(
  request: ModelRequest,
  body: Uint8Array,
  outputTokens: number | undefined,
  placesOf: FindPlaces = placesIn,
): Uint8Array {
  checkLimit(request, outputTokens);
  if (request.output.status !== 'absent') return withoutOutputLimit(request, body, placesOf);
  const { output, others } = placesOf(request, body);
  if (output === undefined) throw new RangeError('places: found none of the output');
  return writeAll(body, [{ ...output, value: String(outputTokens) }, ...others]);
}

/** The same without a limit of the output: none is to be written. */
export function withoutOutputLimit(
  request: ModelRequest,
  body: Uint8Array,
  placesOf: FindPlaces = placesIn,
): Uint8Array {
  if (request.writes.length === 0 && request.streamUsage !== 'to_ask') return body;
  return writeAll(body, placesOf(request, body).others);
}

/** @param body the very bytes that the request was read from */
export function placesIn({ output, writes, streamUsage }: ModelRequest, body: Uint8Array): Places {
  const isWritten = output.status === 'absent' || writes.length > 0 || streamUsage === 'to_ask';
  if (!isWritten) return { output: undefined, others: [] };
  const members = membersOf(body);
  const elements = remembered((field) => {
    const list = members.find((one) => one.key === field);
    return list === undefined ? [] : elementsOf(body, list.start);
  });
  const others = writes.map((one) => placeOf(body, members, elements, one));
  if (streamUsage === 'to_ask') others.push(placeOfUsage(body, members));
  const limit = output.status === 'absent' ? placeOfMember(body, members, output.field) : undefined;
  return { output: limit, others };
}

function checkLimit({ output }: ModelRequest, outputTokens: number | undefined): void {
  const isCount = Number.isSafeInteger(outputTokens) && (outputTokens ?? 0) >= 1;
  const isRight =
    output.status === 'none'
      ? outputTokens === undefined
      : output.status === 'stated'
        ? outputTokens === output.tokens
        : isCount;
  if (isRight) return;
  const expected = output.status === 'stated' ? `${output.tokens}, as stated` : output.status;
  throw new RangeError(`outputTokens: found ${outputTokens}; expected for ${expected}`);
}

/** A list is passed over once, however many of its elements are written to. */
function remembered(
  elementsIn: (field: string) => readonly number[],
): (field: string) => readonly number[] {
  const known = new Map<string, readonly number[]>();
  return (field) => {
    const elements = known.get(field) ?? elementsIn(field);
    known.set(field, elements);
    return elements;
  };
}

function placeOf(
  body: Uint8Array,
  members: readonly JsonMember[],
  elements: (field: string) => readonly number[],
  { list, key, value }: BodyWrite,
): Place {
  if (list === undefined) return { ...placeOfMember(body, members, key), value: String(value) };
  const open = elements(list.field)[list.place];
  if (open === undefined) throw new RangeError(`${list.field}[${list.place}]: found none`);
  return { ...placeOfMember(body, membersOf(body, open), key, open), value: String(value) };
}

/** In the place of a null, or as the first member. */
function placeOfMember(
  json: Uint8Array,
  members: readonly JsonMember[],
  key: string,
  open = firstBrace(json, 0),
): Omit<Place, 'value'> {
  const member = members.find((one) => one.key === key);
  if (member !== undefined) return { start: member.start, end: member.end, before: '', behind: '' };
  const behind = members.length === 0 ? '' : ',';
  return { start: open + 1, end: open + 1, before: `${JSON.stringify(key)}:`, behind };
}

function placeOfUsage(body: Uint8Array, members: readonly JsonMember[]): Place {
  const options = members.find(({ key }) => key === 'stream_options');
  const isObject = options !== undefined && body[options.start] === OPEN_OBJECT;
  if (!isObject) {
    const place = placeOfMember(body, members, 'stream_options');
    return { ...place, value: '{"include_usage":true}' };
  }
  const inside = membersOf(body, options.start);
  return { ...placeOfMember(body, inside, 'include_usage', options.start), value: 'true' };
}

const OPEN_OBJECT = 0x7b;

function firstBrace(json: Uint8Array, from: number): number {
  return json.indexOf(OPEN_OBJECT, from);
}

function writeAll(body: Uint8Array, places: readonly Place[]): Uint8Array {
  const encoder = new TextEncoder();
  const pieces: Uint8Array[] = [];
  let at = 0;
  for (const one of places.toSorted((a, b) => a.start - b.start)) {
    const text = one.before + one.value + one.behind;
    pieces.push(body.subarray(at, one.start), encoder.encode(text));
    at = one.end;
  }
  pieces.push(body.subarray(at));
  return Buffer.concat(pieces);
}
