/** In pixels. */
export interface ImageSize {
  readonly width: number;
  readonly height: number;
}

/** Characters of base64 that are looked at: most headers end within the first, nearly all within the second. */
const WINDOWS = [4_096, 262_144];

/**
 * The size that a PNG or a JPEG states. Only what every decoder must read alike counts: one size, in
 * a header that is whole up to where the pixels begin. GIF and WebP are left out, as their frames can
 * have sizes of their own.
 * @param source base64, or a `data:` URL of it
 * @returns undefined for all else: addresses, other formats, a second size, base64 with anything
 *   in it that a decoder may skip
 */
export function readImageSize(source: unknown): ImageSize | undefined {
  if (typeof source !== 'string') return undefined;
  const start = /^data:image\/[a-z0-9.+-]+;base64,/i.exec(source.slice(0, 64))?.[0].length ?? 0;
  for (const window of WINDOWS) {
    const encoded = source.slice(start, start + window);
    const head = decode(encoded);
    if (head === undefined) return undefined;
    const size = readPng(head) ?? readJpeg(head);
    if (size !== undefined || encoded.length < window) return size;
  }
  return undefined;
}

/** One character a byte; undefined for text that is not base64 throughout. */
function decode(encoded: string): string | undefined {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(encoded)) return undefined;
  try {
    return atob(encoded);
  } catch {
    return undefined;
  }
}

const PNG = '\x89PNG\r\n\x1a\n';

/** Chunk by chunk up to the first pixels, since a second IHDR would count for some decoders. */
function readPng(head: string): ImageSize | undefined {
  if (!head.startsWith(PNG)) return undefined;
  let size: ImageSize | undefined;
  let at = PNG.length;
  while (at + 8 <= head.length) {
    const length = wide(head, at);
    const type = head.slice(at + 4, at + 8);
    if (type === 'IDAT') return size;
    const isHeader = type === 'IHDR';
    const isFirst = at === PNG.length;
    if (isHeader !== isFirst || (isHeader && length !== 13)) return undefined;
    if (isHeader) size = sizeOf(wide(head, at + 8), wide(head, at + 12));
    at += length + 12;
  }
  return undefined;
}

const START_OF_SCAN = 0xda;

/** Segment by segment up to the first scan, since a second frame would count for some decoders. */
function readJpeg(head: string): ImageSize | undefined {
  if (!head.startsWith('\xff\xd8\xff')) return undefined;
  let size: ImageSize | undefined;
  let at = 2;
  while (at + 4 <= head.length) {
    const marker = byte(head, at + 1);
    if (byte(head, at) !== 0xff) return undefined;
    if (marker === START_OF_SCAN) return size;
    const length = short(head, at + 2);
    if (!hasLength(marker) || length < 2) return undefined;
    if (isFrame(marker)) {
      if (size !== undefined || at + 9 > head.length) return undefined;
      size = sizeOf(short(head, at + 7), short(head, at + 5));
      if (size === undefined) return undefined;
    }
    at += length + 2;
  }
  return undefined;
}

/** SOF0 to SOF15, without the tables that lie between them. */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
}

/** A segment that ordinary files have before their scan: tables, restarts, application data. */
function hasLength(marker: number): boolean {
  return (
    (marker >= 0xc0 && marker <= 0xcf) ||
    marker === 0xdb ||
    marker === 0xdd ||
    (marker >= 0xe0 && marker <= 0xef) ||
    marker === 0xfe
  );
}

function sizeOf(width: number, height: number): ImageSize | undefined {
  return width > 0 && height > 0 ? { width, height } : undefined;
}

/** NaN beyond the end, which no comparison takes for a size. */
function byte(text: string, at: number): number {
  return text.charCodeAt(at);
}

function short(text: string, at: number): number {
  return byte(text, at) * 0x100 + byte(text, at + 1);
}

function wide(text: string, at: number): number {
  return short(text, at) * 0x1_0000 + short(text, at + 2);
}
