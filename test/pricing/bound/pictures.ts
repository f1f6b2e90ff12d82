/** Files of images as far as their headers go, byte by byte. */

export interface Chunk {
  readonly type: string;
  readonly data: readonly number[];
}

const ascii = (text: string) => [...text].map((one) => one.charCodeAt(0));
const wide = (value: number) => [
  value >>> 24,
  (value >>> 16) & 255,
  (value >>> 8) & 255,
  value & 255,
];
const short = (value: number) => [value >> 8, value & 255];

export function base64(bytes: readonly number[]): string {
  return Buffer.from(bytes).toString('base64');
}

export function header(width: number, height: number): Chunk {
  return { type: 'IHDR', data: [...wide(width), ...wide(height), 8, 6, 0, 0, 0] };
}

export const PIXELS: Chunk = { type: 'IDAT', data: [0, 0, 0, 0] };

export function png(...chunks: readonly Chunk[]): string {
  const bytes = chunks.flatMap(({ type, data }) => [
    ...wide(data.length),
    ...ascii(type),
    ...data,
    ...[0, 0, 0, 0],
  ]);
  return base64([0x89, ...ascii('PNG\r\n'), 0x1a, 0x0a, ...bytes]);
}

export function pngOf(width: number, height: number): string {
  return png(header(width, height), PIXELS);
}

export interface Segment {
  readonly marker: number;
  readonly data: readonly number[];
}

/** @param marker 0xC0 for a baseline image, 0xC2 for a progressive one */
export function frame(width: number, height: number, marker = 0xc0): Segment {
  return { marker, data: [8, ...short(height), ...short(width), 1, 1, 0x11, 0] };
}

export const SCAN: Segment = { marker: 0xda, data: [1, 1, 0, 0, 63, 0] };

export function jpeg(...segments: readonly Segment[]): string {
  const bytes = segments.flatMap(({ marker, data }) => [
    ...[0xff, marker],
    ...short(data.length + 2),
    ...data,
  ]);
  return base64([0xff, 0xd8, ...bytes]);
}

export function jpegOf(width: number, height: number): string {
  return jpeg({ marker: 0xe0, data: ascii('JFIF\0') }, frame(width, height), SCAN);
}
