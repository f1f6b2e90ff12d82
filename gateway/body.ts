import type { IncomingMessage } from 'node:http';
import { findDuplicateKey } from '../src/text/duplicate-keys.js';
import { Problem } from './api/problem.js';
import { tooMuchJson } from './json-limits.js';

/**
 * Reads a request's body, whole and at most `maxBytes` of it.
 *
 * Whole, before a hold is made: a slow or broken upload then costs its sender nothing, and keeps
 * no sibling's money held.
 * @param incoming Node's side of the request, where there is one: read from it, a body is not copied
 * @throws {Problem} `unsupported_encoding`, `body_too_large`, or `invalid_request` when it breaks off
 */
export function readBody(
  request: Request,
  maxBytes: number,
  incoming?: IncomingMessage,
): Promise<Uint8Array> {
  const encoding = request.headers.get('content-encoding');
  if (encoding !== null && encoding.toLowerCase() !== 'identity') {
    return Promise.reject(new Problem('unsupported_encoding'));
  }
  const declared = request.headers.get('content-length');
  if (declared === null) return readChunks(request, maxBytes);
  // The HTTP parser ends the body at its declared length, so that checking this is enough.
  if (Number(declared) > maxBytes) return Promise.reject(tooLarge(maxBytes));
  return incoming === undefined ? readAtOnce(request) : readPieces(incoming);
}

async function readAtOnce(request: Request): Promise<Uint8Array> {
  return new Uint8Array(await whole(request.arrayBuffer()));
}

/** Each event comes once at the most, so that none is listened to by `once`, which makes two objects of its own. */
function readPieces(incoming: IncomingMessage): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    let body: Uint8Array | undefined;
    /** What came after the first piece, where that was not all. */
    let more: Uint8Array[] | undefined;
    incoming.on('data', (piece: Uint8Array) => {
      if (body === undefined) body = piece;
      else if (more === undefined) more = [piece];
      else more.push(piece);
    });
    incoming.on('end', () => {
      const first = body ?? new Uint8Array();
      resolve(more === undefined ? first : Buffer.concat([first, ...more]));
    });
    const onClose = () => {
      if (!incoming.readableEnded) reject(brokenOff('its connection was closed'));
    };
    // Without a listener for errors, this is how Node tells of a caller that left.
    if (incoming.closed) onClose();
    else incoming.on('close', onClose);
  });
}

/** A body that does not say how long it is: counted as it comes. */
async function readChunks(request: Request, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = request.body?.getReader();
  while (reader !== undefined) {
    const { done, value } = await whole(reader.read());
    if (done) break;
    length += value.length;
    if (length > maxBytes) throw tooLarge(maxBytes);
    chunks.push(value);
  }
  return Buffer.concat(chunks, length);
}

function tooLarge(maxBytes: number): Problem {
  return new Problem('body_too_large', {
    message: `The request body is larger than this gateway's limit of ${maxBytes} bytes.`,
  });
}

async function whole<T>(reading: Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    throw brokenOff(error);
  }
}

function brokenOff(cause: unknown): Problem {
  return new Problem('invalid_request', { message: 'The request body broke off.', cause });
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Reads a body as one JSON object, in which every key stands once: two parsers that pick different
 * ones would price one call and make another. At the top level keys that differ by case alone
 * count as the same, since some upstreams read them so.
 * @throws {Problem} `invalid_request`
 */
export function parseJsonObject(body: Uint8Array): Readonly<Record<string, unknown>> {
  const tooMuch = tooMuchJson(body);
  if (tooMuch !== undefined) {
    throw new Problem('invalid_request', { message: `The body is JSON ${tooMuch}.` });
  }
  let text: string;
  let value: unknown;
  try {
    text = utf8.decode(body);
    value = JSON.parse(text);
  } catch (error) {
    throw new Problem('invalid_request', {
      message: 'Expected the body to be JSON in UTF-8.',
      cause: error,
    });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Problem('invalid_request', { message: 'Expected the body to be a JSON object.' });
  }
  const twice = findDuplicateKey(text, { foldTopLevelCase: true });
  if (twice !== undefined) {
    throw new Problem('invalid_request', {
      message: `The key ${JSON.stringify(twice.slice(0, 64))} stands twice in the body; expected it once.`,
      param: twice.slice(0, 64),
    });
  }
  return value as Readonly<Record<string, unknown>>;
}
