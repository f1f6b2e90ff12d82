import { describe, expect, it } from 'vitest';
import { createLog, type Log, type LogFields, type LogOptions } from '../../gateway/logging.js';

const CANARY = 'canary-9f3K_x';
/** A real macaroon's length and alphabet, in the binary and in the JSON encoding. */
const BINARY_MACAROON = `AgI${'kYjEua2V5LTEubWFpbi4w'.repeat(12)}`;
const JSON_MACAROON = `eyJ2IjoyLCJpIjoi${'YjEua2V5LTEubWFpbi4w'.repeat(12)}`;

function logTo(lines: string[], options: Partial<LogOptions> = {}): Log {
  return createLog({
    level: 'debug',
    readable: false,
    secrets: [CANARY],
    destination: { write: (line) => void lines.push(line) },
    ...options,
  });
}

function write(fields: LogFields, message = 'call', options: Partial<LogOptions> = {}): string {
  const lines: string[] = [];
  logTo(lines, options).info(fields, message);
  return lines.join('');
}

describe('a log line', () => {
  it('is one JSON object with the time, the level by name, the fields and the message', () => {
    const line = write({ account: 'main/0a', status: 200, code: 'ok' }, 'call');
    expect(line.endsWith('}\n')).toBe(true);
    expect(JSON.parse(line)).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      account: 'main/0a',
      status: 200,
      code: 'ok',
      msg: 'call',
    });
  });

  it('is left out below the level', () => {
    const lines: string[] = [];
    const log = logTo(lines, { level: 'warn' });
    log.debug({}, 'a');
    log.info({}, 'b');
    log.warn({}, 'c');
    log.error({}, 'd');
    expect(lines.map((line) => JSON.parse(line).msg)).toEqual(['c', 'd']);
  });

  it('is short at a terminal, and obeys no control character of anybody', () => {
    const err = new Error('boom \u001b[31mred\u0007');
    const line = write({ host: '127.0.0.1', note: 'two words\n', err }, 'listening', {
      readable: true,
    });
    expect(line).toMatch(
      /^\d\d:\d\d:\d\d info {2}listening {2}host=127\.0\.0\.1 note="two words\\n"\nError: boom �\[31mred�\n {4}at /,
    );
  });
});

describe('what never gets into a log line', () => {
  const circular: Record<string, unknown> = {};
  circular['self'] = circular;
  const hiding: Record<string, LogFields> = {
    'a value': { note: CANARY },
    'inside a text': { note: `before${CANARY}after` },
    'a nested field': { a: { b: [{ c: CANARY }] } },
    'a name': { [CANARY]: 1 },
    'an error message': { err: new Error(`no: ${CANARY}`) },
    'the cause of an error': { err: new Error('no', { cause: new Error(CANARY) }) },
    'a member of an error': {
      err: Object.assign(new Error('no'), { command: { args: [CANARY] } }),
    },
    'an error that is a text': { err: CANARY },
    'an url': { url: `https://x/?key=${encodeURIComponent(CANARY)}` },
    'beside a circle': { circular, note: CANARY },
  };
  it.each(Object.keys(hiding))('a known secret: %s', (name) => {
    for (const readable of [false, true]) {
      const line = write(hiding[name] ?? {}, `about ${CANARY}`, { readable });
      expect(line).toContain('[redacted]');
      expect(line).not.toContain(CANARY);
      expect(line).not.toContain('9f3K');
    }
  });

  it.each([
    ['a key with characters that JSON escapes', 'quo"te\\back'],
    ['a key with characters that a URL escapes', 'pass word/@1'],
  ])('%s', (_, secret) => {
    const line = write({ a: secret, b: encodeURIComponent(secret) }, secret, { secrets: [secret] });
    expect(JSON.parse(line)).toMatchObject({ a: '[redacted]', b: '[redacted]', msg: '[redacted]' });
  });

  const shapes: Record<string, LogFields> = {
    'a bearer header': { note: 'authorization: Bearer abc123.def' },
    'raw headers': { headers: ['Authorization', 'bearer abc123.def'] },
    'a header by its name': { headers: { authorization: 'abc123.def' } },
    'another by its name': { headers: { 'x-api-key': 'abc123.def' } },
    'a member by its name': { config: { apiKey: 'abc123.def', operator_secret: 'abc123.def' } },
    'a quoted value': { password: 'abc"123.def' },
    'the password of a URL': { ledger: 'redis://user:abc123.def@host:6379/0' },
    'a password with an @': { ledger: 'rediss://:p@abc123.def@host:6379/0' },
    'a provider key nobody listed': {
      err: new Error('Incorrect key sk-proj-abc123_def0123456789'),
    },
  };
  it.each(Object.keys(shapes))('what looks like a secret: %s', (name) => {
    const line = write(shapes[name] ?? {}, 'x', { secrets: [] });
    expect(line).toContain('[redacted]');
    expect(line).not.toMatch(/abc123|123\.def/);
    expect(() => JSON.parse(line)).not.toThrow();
  });

  it.each([BINARY_MACAROON, JSON_MACAROON])('a macaroon nobody listed: %#', (macaroon) => {
    const line = write({ note: macaroon, err: new Error(`bad ${macaroon}!`) }, 'x', {
      secrets: [],
    });
    expect(line).not.toContain(macaroon.slice(0, 12));
    expect(line).not.toContain(macaroon.slice(-12));
  });
});

it('an error says its name, message, code, cause and stack, and nothing that hangs on it', () => {
  const error = Object.assign(new TypeError('no', { cause: new Error('why') }), {
    code: 'E_NO',
    command: { args: ['anything'] },
  });
  const { err } = JSON.parse(write({ err: error }));
  expect(err).toMatchObject({ type: 'TypeError', message: 'no', code: 'E_NO' });
  expect(Object.keys(err)).toEqual(['type', 'message', 'code', 'cause', 'stack']);
  expect(err.cause).toEqual({ type: 'Error', message: 'why', stack: expect.any(String) });
});

describe('what stays in a log line', () => {
  it('names of accounts and reservations, however long', () => {
    const id = '0123456789abcdef'.repeat(2);
    const holders = Array.from({ length: 15 }, (_, i) => `${'holder-'.repeat(9)}${i % 10}`);
    const fields = {
      account: ['main', id, ...holders].join('/'),
      reservation: `r1.${'t'.repeat(32)}.${id}.${id}`,
      code: 'invalid_macaroon',
      url: 'http://127.0.0.1:9000/search?q=a@b',
    };
    expect(JSON.parse(write(fields))).toMatchObject(fields);
  });

  it('everything, when a secret is too short to be one', () => {
    expect(JSON.parse(write({ a: 'level e' }, 'time', { secrets: ['', 'e'] }))).toMatchObject({
      a: 'level e',
      msg: 'time',
    });
  });
});
