import { fold, isOff, reasonAgainst } from './billed-names.js';
import type { Draft } from './draft.js';
import { kindOf } from './kinds.js';
import { mistaken, unpriced } from './problems.js';

/**
 * A field that is on no list of its API. It passes, and its JSON counts as input, unless its name
 * says that it can change what is billed.
 * @throws {Problem}
 */
export function readUnlisted(
  key: string,
  value: unknown,
  path: string,
  shape: Readonly<Record<string, unknown>>,
  draft: Draft,
): void {
  const name = withoutPlaces(path);
  if (draft.rules.fields.includes(name)) {
    draft.countJson(value);
    return;
  }
  const spelled = Object.keys(shape).find((listed) => fold(listed) === fold(key));
  const isTop = isTopOrTool(name);
  if (draft.rules.unknown === 'refuse' || (spelled !== undefined && isTop)) {
    throw unlisted(path, spelled);
  }
  const reason = reasonAgainst(key, isTop);
  if (reason !== undefined && !isOff(value)) throw billed(path, reason);
  passUnknown(name, value, path, draft);
  draft.countText(key);
}

/**
 * A part, item or block of a kind that is on no list.
 * @throws {Problem}
 */
export function readUnknownKind(
  value: unknown,
  path: string,
  draft: Draft,
  known: readonly string[],
): void {
  const type = (value as { readonly type?: unknown }).type;
  if (draft.rules.unknown === 'refuse' || typeof type !== 'string') {
    const found = typeof type === 'string' ? JSON.stringify(type.slice(0, 64)) : kindOf(type);
    throw mistaken(`${path}.type`, found, known.join(', '));
  }
  const name = `${withoutPlaces(path)}.type=${type}`;
  if (!draft.rules.fields.includes(name) && /audio|video|image|speech/i.test(type)) {
    throw unpriced(
      `${path}.type`,
      `${quote(type)}: sound, pictures and video have prices of their own`,
    );
  }
  draft.countMessage();
  passUnknown(name, value, path, draft);
}

/** Of a new kind: counted as what it is, and remembered by its name. @throws {Problem} */
function passUnknown(name: string, value: unknown, path: string, draft: Draft): void {
  if (!draft.rules.fields.includes(name)) draft.noteUnknown(name);
  passUnread(value, path, draft);
}

/**
 * What is passed on as it is: its JSON counts. A mark of the cache in it is heeded, and what stands
 * in it for something that is kept or fetched elsewhere is bounded as such.
 * @throws {Problem}
 */
export function passUnread(value: unknown, path: string, draft: Draft): void {
  passCounted(value, path, draft);
  if (hasReference(value)) draft.outgrow(path);
}

/** Counted, and heeded for marks; what it names is shown beside the text, and not fetched again. @throws {Problem} */
export function passCounted(value: unknown, path: string, draft: Draft): void {
  if (isOff(value)) return;
  draft.countJson(value);
  heedMarks(value, path, draft);
}

/** The longer of two lives of a cache entry, wherever a mark stands. @throws {Problem} */
export function heedMarks(value: unknown, path: string, draft: Draft): void {
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    for (const item of value) heedMarks(item, path, draft);
    return;
  }
  for (const [key, inner] of Object.entries(value)) {
    if (fold(key) === 'cachecontrol' && inner !== null) draft.writeCacheBy(inner);
    else if (reasonAgainst(key, false) !== undefined && !isOff(inner)) {
      throw billed(`${path}.${key.slice(0, 64)}`, reasonAgainst(key, false) ?? '');
    }
    heedMarks(inner, path, draft);
  }
}

/** Keys under which a text stands for something that is not in the request, or that is no text. */
const REFERENCE =
  /(?:^|_)(?:url|uri|file_?id|file_?ids|file|image|source_id|document_id|container_id|file_?data|b64|b64_json|base64)$/i;
/** Beside which `data` is that of a file: its bytes say nothing of what the model reads of it. */
const MEDIA = /^(?:media|mime)_?type$/i;

/** Whether something in it is a link, data of another kind, or an id of what the provider keeps. */
function hasReference(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.some(hasReference);
  const { data } = value as { readonly data?: unknown };
  if (typeof data === 'string' && Object.keys(value).some((key) => MEDIA.test(key))) return true;
  return Object.entries(value).some(([key, inner]) =>
    typeof inner === 'string'
      ? (REFERENCE.test(key) && inner !== '') || /^(?:https?|gs|s3|data|file):/i.test(inner)
      : hasReference(inner),
  );
}

/** `messages[2].content` → `messages.content`, as the operator lists it. */
export function withoutPlaces(path: string): string {
  return path.replaceAll(/\[\d+\]/g, '');
}

/** Where a field configures the call, and is not part of what is said in it. */
function isTopOrTool(name: string): boolean {
  return !name.includes('.') || /^(?:tools|functions)\.[^.]+$/.test(name);
}

/** A field that is refused since nobody lists it. @param spelled a listed one of another spelling */
export function unlisted(path: string, spelled: string | undefined) {
  return mistaken(
    path,
    'a field that this gateway does not list',
    spelled === undefined ? 'none of that name, or the operator to list it' : `"${spelled}"`,
  );
}

function billed(path: string, reason: string) {
  return unpriced(
    path,
    `${reason}, and nothing here bounds it. Remove it, or ask the operator to list it under requests.fields`,
  );
}

function quote(text: string): string {
  return JSON.stringify(text.slice(0, 64));
}
