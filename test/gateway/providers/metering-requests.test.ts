import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { boundCost } from '../../../gateway/model-calls/bound.js';
import { SHIPPED } from '../model-calls/rig.js';
import { read } from './support.js';

interface Case {
  readonly name: string;
  readonly messageInHistory?: object;
  readonly blockInHistory?: object;
}

const file = new URL('../../cases/metering.json', import.meta.url);
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { cases: Case[] };
const find = (name: string): Case => {
  const found = cases.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no case ${name}`);
  return found;
};
const rules = { rules: { unknown: 'count' } } as const;
const user = { role: 'user', content: 'Go on' };

it('an answer sent back as it came: chat', () => {
  const { messageInHistory } = find('an answer sent back as it came: chat');
  const plain = read('chat', { model: 'gpt-4o', messages: [user] }, rules);
  const request = read('chat', { model: 'gpt-4o', messages: [messageInHistory, user] }, rules);
  expect(request.inputTokens).toBeGreaterThan(plain.inputTokens);
  expect([request.unknown, request.outgrows]).toEqual([[], []]);
});

it('an answer sent back as it came: messages', () => {
  const { blockInHistory } = find('an answer sent back as it came: messages');
  const body = { model: 'claude-opus-5', max_tokens: 9, messages: [user] };
  const plain = read('messages', body, rules);
  const history = [{ role: 'assistant', content: [blockInHistory] }, user];
  const request = read('messages', { ...body, messages: history }, rules);
  expect(request.inputTokens).toBeGreaterThan(plain.inputTokens);
  expect([request.unknown, request.outgrows]).toEqual([[], []]);
});

it('a thinking block in the history holds its bytes, and not 5.80 USD', () => {
  const price = SHIPPED.find('claude-opus-5');
  if (price === undefined) throw new Error('no line');
  const thinking = { type: 'thinking', thinking: 'x'.repeat(150), signature: 'A'.repeat(150) };
  const messages = [{ role: 'assistant', content: [thinking] }, user];
  const request = read('messages', { model: 'claude-opus-5', max_tokens: 64, messages }, rules);
  expect(boundCost(request, price, 64).cost.usd).toBeLessThan(10_000);
});
