import { describe, expect, it } from 'vitest';
import { Problem } from '../../gateway/api/problem.js';
import { readTags } from '../../gateway/tags.js';
import type { ResolvedEntry } from '../../src/ledger/contract.js';
import { fc } from '../support/property.js';
import { bearer, chat, errorOf, gatewayUnderTest } from './harness.js';

const read = (value: string) => readTags(new Headers({ 'x-bursar-tags': value }));

const name = fc.stringMatching(/^[A-Za-z][A-Za-z0-9._-]{0,63}$/);
const value = fc.stringMatching(/^[A-Za-z0-9._:/@+-]{1,64}$/);

describe('x-bursar-tags', () => {
  it('whatever may be written is read back', () => {
    fc.assert(
      fc.property(fc.dictionary(name, value, { minKeys: 1, maxKeys: 16 }), (tags) => {
        const text = Object.entries(tags).map((pair) => pair.join('='));
        expect(Object.entries(read(text.join(',')) ?? {})).toEqual(Object.entries(tags));
      }),
    );
    expect(readTags(new Headers())).toBeUndefined();
    expect(read('constructor=1')).toEqual(Object.fromEntries([['constructor', '1']]));
  });

  it.each([
    ['', 'nothing in it'],
    ['task', 'no value'],
    ['task=', 'an empty value'],
    ['=42', 'no name'],
    ['task=42,', 'a comma too many'],
    ['task=42, team=ml', 'a space'],
    ['task=4 2', 'a space inside'],
    ['task=a=b', 'a second ='],
    ['task=42,task=43', 'a name twice'],
    ['__proto__=x', 'a name that begins with _'],
    ['4=x', 'a name that begins with a digit'],
    [`${'n'.repeat(65)}=1`, 'a name too long'],
    [`n=${'v'.repeat(65)}`, 'a value too long'],
    [Array.from({ length: 17 }, (_, i) => `t${i}=1`).join(','), 'one tag too many'],
    ['task="42"', 'quotes'],
    ['task=%34', 'percent signs'],
  ])('%j is refused: %s', (text) => {
    expect(() => read(text)).toThrow(Problem);
  });

  it('two headers are refused', () => {
    const headers = new Headers();
    headers.append('x-bursar-tags', 'a=1');
    headers.append('x-bursar-tags', 'b=2');
    expect(() => readTags(headers)).toThrow(/x-bursar-tags: found .* expected at most 16/);
  });
});

async function settledOf(gateway: ReturnType<typeof gatewayUnderTest>) {
  const { entries } = await gateway.ledger.journal({ tenant: 'main', after: 0, max: 100 });
  return entries.map(({ entry }) => entry).find(({ kind }) => kind === 'settled') as
    | ResolvedEntry
    | undefined;
}

describe('what a call was for', () => {
  it("is journaled with its settling, and with the upstream's request id", async () => {
    const gateway = gatewayUnderTest();
    gateway.upstream.answer = () => ({
      status: 200,
      headers: { 'x-request-id': 'req_1' },
      body: '{}',
    });
    const macaroon = await gateway.mint();
    const headers = { 'x-bursar-tags': 'task=42,team=ml' };
    expect((await chat(gateway, macaroon, 'gpt-4o', { headers })).status).toBe(200);
    expect(await settledOf(gateway)).toMatchObject({
      about: { name: 'gpt-4o', route: 'chat', tags: { task: '42', team: 'ml' } },
      upstream: { requestId: 'req_1' },
    });
    expect(gateway.upstream.seen[0]?.headers).not.toHaveProperty('x-bursar-tags');
  });

  it("an id longer than the journal takes is cut; Anthropic's header is read; none is none", async () => {
    const answers = [
      [{ 'request-id': 'r'.repeat(300) }, { requestId: 'r'.repeat(256) }],
      [{ 'x-request-id': ['first', 'second'] }, { requestId: 'first' }],
      [{}, undefined],
    ] as const;
    for (const [headers, upstream] of answers) {
      const gateway = gatewayUnderTest();
      gateway.tool.answer = () => ({ status: 200, headers, body: '{}' });
      const macaroon = await gateway.mint();
      await gateway.app.request('/tools/web_search', { headers: bearer(macaroon) });
      expect((await settledOf(gateway))?.upstream).toEqual(upstream);
    }
  });

  it('tags that can not be read refuse the call before anything is held', async () => {
    const gateway = gatewayUnderTest();
    const macaroon = await gateway.mint();
    const response = await chat(gateway, macaroon, 'gpt-4o', {
      headers: { 'x-bursar-tags': 'task = 42' },
    });
    expect(response.status).toBe(400);
    expect((await errorOf(response)).error).toMatchObject({ param: 'x-bursar-tags' });
    expect(gateway.upstream.seen).toEqual([]);
    expect(await settledOf(gateway)).toBeUndefined();
  });
});
