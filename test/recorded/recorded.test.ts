import { describe, expect, it } from 'vitest';
import type { RecordedAnswer } from './answer.js';
import { ANSWERS, RECORDED_ERRORS, STREAM_ERRORS } from './index.js';
import { readBySdk } from './read.js';

type Fields = Readonly<Record<string, unknown>>;

const named = (answers: readonly RecordedAnswer[]) =>
  answers.map((answer) => [answer.name, answer] as const);
const ofChat = ANSWERS.filter(({ api }) => api === 'chat');
const ofOthers = ANSWERS.filter(({ api }) => api !== 'chat');

/** What of a plain answer a program keeps. */
function keptOf({ api, plain }: RecordedAnswer): object {
  if (api === 'chat') return (plain['choices'] as { message: object }[])[0]?.message ?? {};
  return plain[api === 'responses' ? 'output' : 'content'] as object;
}

describe('recorded answers', () => {
  it('have names of their own', () => {
    for (const recorded of [ANSWERS, RECORDED_ERRORS, STREAM_ERRORS]) {
      const names = recorded.map(({ name }) => name);
      expect(names.length).toBeGreaterThan(0);
      expect(new Set(names).size).toBe(names.length);
    }
  });

  it.each(named(ANSWERS))('%s: the SDK keeps every field of it', async (_name, answer) => {
    expect(await readBySdk(answer, 'create')).toEqual(keptOf(answer));
  });

  it.each(named(ofOthers))('%s: its stream is the plain answer', async (_name, answer) => {
    expect(await readBySdk(answer, 'stream')).toMatchObject(keptOf(answer));
  });

  // The SDK joins only the fields that it knows, and keeps the last piece of others.
  it.each(named(ofChat))('%s: its chunks are the plain message', (_name, answer) => {
    const deltas = answer.events
      .flatMap(({ choices }) => choices as { index: number; delta: Fields }[])
      .filter(({ index }) => index === 0)
      .map(({ delta }) => delta);
    for (const [name, value] of Object.entries(keptOf(answer))) {
      if (typeof value === 'string' && name !== 'role') expect(joined(deltas, name)).toBe(value);
    }
    const { tool_calls } = keptOf(answer) as { tool_calls?: readonly Fields[] | null };
    expect(callsOf(deltas)).toEqual((tool_calls ?? []).map(argumentsOf));
  });
});

function joined(deltas: readonly Fields[], name: string): string {
  return deltas.map((delta) => delta[name] ?? '').join('');
}

function argumentsOf(call: Fields): string {
  const { function: fn, custom } = call as Record<'function' | 'custom', Fields | undefined>;
  return String(fn?.['arguments'] ?? custom?.['input']);
}

function callsOf(deltas: readonly Fields[]): string[] {
  const calls: string[] = [];
  for (const delta of deltas) {
    for (const piece of (delta['tool_calls'] ?? []) as readonly Fields[]) {
      const index = Number(piece['index']);
      calls[index] = (calls[index] ?? '') + argumentsOf(piece);
    }
  }
  return calls;
}
