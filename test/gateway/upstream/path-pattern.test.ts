import { describe, expect, it } from 'vitest';
import { isPathPattern, isPlainPath, isUnder } from '../../../gateway/upstream/path-pattern.js';
import { fc, runs } from '../../support/property.js';

describe('a path that has one reading', () => {
  it.each(['/', '/v1/search', '/v1/', '/a%20b', '/%C3%A9t%C3%A9', "/a.b,c=(d)!*'"])(
    '%s has',
    (path) => expect(isPlainPath(path)).toBe(true),
  );

  it.each([
    '',
    'v1',
    '/v%31/x',
    '/%2e%2e/x',
    '/a%2Fb',
    '/a%2fb',
    '/a%5Cb',
    '/%2541',
    '/a;b=1',
    '/a%3Bb',
    '/a%00',
    '/a%0A',
    '/a%7F',
    '/a//b',
    '/../a',
    '/a/.',
    '/a/..',
    '/a?b',
    '/a%3Fb',
    '/a#b',
    '/%E2%80%A5/a', // Two dots in one character.
    '/a%EF%BC%8Fb', // A slash of full width.
    '/%EF%BC%8E%EF%BC%8E/a', // Dots of full width.
    '/%C0%AF',
    '/%c3%a9',
  ])('%s has not', (path) => expect(isPlainPath(path)).toBe(false));

  it('is the path that a server has after all it may do to it', () => {
    const piece = fc.constantFrom(
      ...[
        '/',
        '.',
        '..',
        ';',
        '%2e',
        '%2F',
        '%25',
        'v1',
        'admin',
        '%E2%80%A5',
        '%41',
        'a',
        '\\',
        '//',
      ],
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const path = `/v1/${pieces.join('')}`;
        if (!isPlainPath(path)) return;
        const decoded = decodeURIComponent(decodeURIComponent(path)).normalize('NFKC');
        const seen = new URL(decoded.replaceAll(/;[^/]*/g, ''), 'http://tool').pathname;
        expect(isUnder('/v1/*', seen) || seen === '/v1/').toBe(true);
      }),
      { numRuns: runs(2_000) },
    );
  });
});

it.each([
  ['/v1/*', '/v1/a', true],
  ['/v1/*', '/v1/a/b', true],
  ['/v1/*', '/v1/', false],
  ['/v1/*', '/v1', false],
  ['/v1/*', '/v10/a', false],
  ['/v1/*', '/V1/a', false],
  ['/*', '/a', true],
  ['/', '/', true],
  ['/search', '/search', true],
  ['/search', '/search/', false],
  ['/search', '/search/a', false],
])('of %s, %s: %j', (pattern, path, is) => expect(isUnder(pattern, path)).toBe(is));

it.each([
  ['/v1/*', true],
  ['/*', true],
  ['/', true],
  ['/v1/search', true],
  ['/v1*', false],
  ['/*/a', false],
  ['v1', false],
  ['/a/../b', false],
  ['/a?b', false],
])('%s can be written in a list: %j', (pattern, can) => expect(isPathPattern(pattern)).toBe(can));
