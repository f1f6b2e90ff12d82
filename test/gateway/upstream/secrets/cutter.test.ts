import { expect, it } from 'vitest';
import { SecretCutter } from '../../../../gateway/upstream/secrets/cutter.js';
import { fc, runs } from '../../../support/property.js';
import { cutAt, positions } from '../../stream/bytes.js';

/** How an echo may write what it was sent. */
const WRITTEN: Readonly<Record<string, (secret: string) => string>> = {
  plain: (secret) => secret,
  'with its scheme': (secret) => `Bearer ${secret}`,
  JSON: (secret) => JSON.stringify({ authorization: `Bearer ${secret}` }),
  'JSON in JSON': (secret) => JSON.stringify(JSON.stringify({ key: secret })),
  'PHP’s JSON': (secret) => JSON.stringify(secret).replaceAll('/', '\\/'),
  'Go’s JSON': (secret) =>
    JSON.stringify(secret).replace(/[<>&]/g, (c) => `\\u00${c.charCodeAt(0).toString(16)}`),
  'a URL': (secret) => `https://tool/?key=${encodeURIComponent(secret)}&a=b`,
  'a form': (secret) => new URLSearchParams({ key: secret }).toString(),
  HTML: (secret) =>
    `<b>${secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')}</b>`,
  hex: (secret) => Buffer.from(secret).toString('hex'),
  base64: (secret) => Buffer.from(secret).toString('base64'),
  'base64 of a request': (secret) => Buffer.from(`x: ${secret}\r\nhost: a`).toString('base64'),
  'base64 for URLs': (secret) => Buffer.from(`Bearer ${secret}`).toString('base64url'),
  Basic: (secret) => `Basic ${Buffer.from(`user:${secret}`).toString('base64')}`,
};

const secrets = fc.string({
  unit: fc.constantFrom(...'abcXYZ0189-_.+/=&<>!~$%'),
  minLength: 8,
  maxLength: 64,
});

it.each(Object.keys(WRITTEN))(
  'a secret that stands as %s is cut out, wherever the pieces end',
  (form) => {
    const write = WRITTEN[form] ?? String;
    fc.assert(
      fc.property(secrets, fc.string(), fc.string(), positions, (secret, before, after, at) => {
        const all = Buffer.from(before + write(secret) + after);
        const stream = new SecretCutter([`Bearer ${secret}`]).stream();
        const pieces = cutAt(all, at).map((piece) => stream.push(piece));
        const out = Buffer.concat([...pieces, stream.end()]).toString();
        expect(out).toContain('[secret]');
        expect(out).not.toContain(write(secret));
        expect(out).not.toContain(secret);
        expect(out.startsWith(before)).toBe(true);
        expect(out.endsWith(after)).toBe(true);
      }),
      { numRuns: runs(150) },
    );
  },
);

it('an answer without it comes back byte for byte, and none waits that can not be its beginning', () => {
  const cutter = new SecretCutter(['Bearer sk-live-0123456789']);
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 8 }), (pieces) => {
      const stream = cutter.stream();
      const out = pieces.map((piece) => stream.push(piece));
      expect(Buffer.concat([...out, stream.end()])).toEqual(Buffer.concat(pieces));
    }),
    { numRuns: runs(500) },
  );
  const stream = cutter.stream();
  expect(Buffer.from(stream.push(Buffer.from('data: {"a":1}\n\n'))).toString()).toBe(
    'data: {"a":1}\n\n',
  );
  expect(stream.push(Buffer.from('data: sk-li')).length).toBe('data: '.length);
  expect(Buffer.from(stream.push(Buffer.from('on'))).toString()).toBe('sk-lion');
});

it.each(['short', 'Bearer short'])('nothing is cut for %s', (value) => {
  expect(new SecretCutter([value]).isIdle).toBe(true);
});
