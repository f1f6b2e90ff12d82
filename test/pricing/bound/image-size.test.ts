import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readImageSize } from '../../../src/pricing/bound/image-size.js';
import { base64, frame, header, jpeg, jpegOf, PIXELS, png, pngOf, SCAN } from './pictures.js';

const side = fc.integer({ min: 1, max: 65_535 });

describe('the size in a header', () => {
  it('is read of every PNG and JPEG, as base64 and as a data URL', () => {
    fc.assert(
      fc.property(side, side, (width, height) => {
        const size = { width, height };
        expect(readImageSize(pngOf(width, height))).toEqual(size);
        expect(readImageSize(`data:image/png;base64,${pngOf(width, height)}`)).toEqual(size);
        expect(readImageSize(`data:image/jpeg;base64,${jpegOf(width, height)}`)).toEqual(size);
        expect(readImageSize(jpeg(frame(width, height, 0xc2), SCAN))).toEqual(size);
      }),
    );
  });

  it('is found behind long texts and profiles, and not beyond the window', () => {
    const text = (length: number) => ({ type: 'iTXt', data: new Array<number>(length).fill(32) });
    const data = new Array<number>(60_000).fill(0);
    expect(readImageSize(png(header(3, 4), text(100_000), PIXELS))).toEqual({
      width: 3,
      height: 4,
    });
    expect(readImageSize(png(header(3, 4), text(200_000), PIXELS))).toBeUndefined();
    expect(readImageSize(jpeg({ marker: 0xe1, data }, frame(3, 4), SCAN))).toEqual({
      width: 3,
      height: 4,
    });
  });

  it('does not depend on what follows the pixels’ beginning', () => {
    const pixels = { type: 'IDAT', data: new Array<number>(300_000).fill(7) };
    expect(readImageSize(png(header(30, 40), pixels))).toEqual({ width: 30, height: 40 });
  });
});

describe('no size is told of', () => {
  const url = (type: string, data: string) => `data:image/${type};base64,${data}`;
  it.each([
    ['nothing', undefined],
    ['another type', { url: pngOf(1, 1) }],
    ['an address', 'https://example.com/1x1.png'],
    ['nothing in base64', ''],
    ['a GIF', url('gif', base64([71, 73, 70, 56, 57, 97, 1, 0, 1, 0, 0, 0, 0]))],
    ['another encoding', `data:image/png,${pngOf(1, 1)}`],
    ['parameters', `data:image/png;name=a;base64,${pngOf(1, 1)}`],
    ['a break in the base64', `${pngOf(1, 1).slice(0, 20)}\n${pngOf(1, 1).slice(20)}`],
    ['what decoders may skip', `${pngOf(1, 1).slice(0, 20)}-_==${pngOf(1, 1).slice(20)}`],
    ['a PNG without pixels', png(header(1, 1))],
    ['a PNG with two headers', png(header(1, 1), header(9, 9), PIXELS)],
    ['a PNG with its header behind', png({ type: 'tEXt', data: [65] }, header(1, 1), PIXELS)],
    [
      'a PNG with a header that is too long',
      png({ type: 'IHDR', data: new Array(14).fill(1) }, PIXELS),
    ],
    ['a PNG without a width', png(header(0, 1), PIXELS)],
    ['a JPEG without a scan', jpeg(frame(1, 1))],
    ['a JPEG with two frames', jpeg(frame(1, 1), frame(9, 9), SCAN)],
    ['a JPEG without a frame', jpeg(SCAN)],
    ['a JPEG whose height comes later', jpeg(frame(1, 0), SCAN)],
    [
      'a JPEG in layers',
      jpeg({ marker: 0xde, data: [8, 0, 9, 0, 9, 1, 1, 0x11, 0] }, frame(1, 1), SCAN),
    ],
    [
      'a JPEG with something between',
      base64([...Buffer.from(jpegOf(1, 1), 'base64').subarray(0, 11), 0]),
    ],
  ])('%s', (_, source) => {
    expect(readImageSize(source)).toBeUndefined();
  });

  it('any text, nor does it throw', () => {
    fc.assert(
      fc.property(fc.base64String(), fc.string(), (encoded, text) => {
        expect(readImageSize(encoded)).toBeUndefined();
        expect(readImageSize(`data:image/png;base64,${text}`)).toBeUndefined();
      }),
    );
  });
});
