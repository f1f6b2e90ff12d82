import { elementsOf, type JsonMember, membersOf } from '../../src/text/json-members.js';
import type { BodyWrite, ModelRequest } from './request.js';

/** Bytes that take the place of those from `start` up to `end`. */
interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * The body that goes upstream: the caller's bytes, with the limits of output and of tools' runs
 * written in where the caller stated none, and with usage asked for where a stream would otherwise
 * have none. A request that states all passes as it is, byte for byte.
 * @param body the very bytes that the request was read from
 * @param outputTokens of each choice: what was priced and held. Undefined where the API has no
 * output that is billed
 * @throws {RangeError} when it is not a whole number from 1, or not what the caller stated
 */
export function withOutputLimit(
  request: ModelRequest,
  body: Uint8Array,
  outputTokens: number | undefined,
): Uint8Array {
  const { output } = request;
  checkLimit(request, outputTokens);
  const written =
    output.status === 'absent' ? [{ key: output.field, value: Number(outputTokens) }] : [];
  return withWrites(request, body, written);
}

/** The same without a limit of the output: none is to be written. */
export function withoutOutputLimit(request: ModelRequest, body: Uint8Array): Uint8Array {
  return withWrites(request, body, []);
}

function withWrites(
  { writes, streamUsage }: ModelRequest,
  body: Uint8Array,
  more: readonly BodyWrite[],
): Uint8Array {
  if (writes.length + more.length === 0 && streamUsage !== 'to_ask') return body;
  const members = membersOf(body);
  const edits = [...more, ...writes].map((one) => editOf(body, members, one));
  if (streamUsage === 'to_ask') edits.push(askForUsage(body, members));
  return applyEdits(body, edits);
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

function editOf(
  body: Uint8Array,
  members: readonly JsonMember[],
  { list, key, value }: BodyWrite,
): Edit {
  if (list === undefined) return writeMember(body, members, key, String(value));
  const field = members.find((one) => one.key === list.field);
  const open = field && elementsOf(body, field.start)[list.place];
  if (open === undefined) throw new RangeError(`${list.field}[${list.place}]: found none`);
  return writeMember(body, membersOf(body, open), key, String(value), open);
}

/** In the place of a null, or as the first member. */
function writeMember(
  json: Uint8Array,
  members: readonly JsonMember[],
  key: string,
  value: string,
  open = firstBrace(json, 0),
): Edit {
  const member = members.find((one) => one.key === key);
  if (member !== undefined) return { start: member.start, end: member.end, text: value };
  const comma = members.length === 0 ? '' : ',';
  return { start: open + 1, end: open + 1, text: `${JSON.stringify(key)}:${value}${comma}` };
}

function askForUsage(body: Uint8Array, members: readonly JsonMember[]): Edit {
  const options = members.find(({ key }) => key === 'stream_options');
  const isObject = options !== undefined && body[options.start] === OPEN_OBJECT;
  if (!isObject) return writeMember(body, members, 'stream_options', '{"include_usage":true}');
  const inside = membersOf(body, options.start);
  return writeMember(body, inside, 'include_usage', 'true', options.start);
}

const OPEN_OBJECT = 0x7b;

function firstBrace(json: Uint8Array, from: number): number {
  return json.indexOf(OPEN_OBJECT, from);
}

function applyEdits(body: Uint8Array, edits: readonly Edit[]): Uint8Array {
  const encoder = new TextEncoder();
  const pieces: Uint8Array[] = [];
  let at = 0;
  for (const { start, end, text } of edits.toSorted((a, b) => a.start - b.start)) {
    pieces.push(body.subarray(at, start), encoder.encode(text));
    at = end;
  }
  pieces.push(body.subarray(at));
  return Buffer.concat(pieces);
}
