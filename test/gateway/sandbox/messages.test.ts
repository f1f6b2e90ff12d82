import Anthropic, { BadRequestError } from '@anthropic-ai/sdk';
import { describe, expect, it } from 'vitest';
import { createSandboxUpstream } from '../../../gateway/sandbox/upstream.js';

const upstream = createSandboxUpstream(() => ({ id: 'chatcmpl-sandbox-1', nowMs: 0 }));

/** The official SDK, with the sandbox in the place of the network. */
const client = new Anthropic({
  apiKey: 'unused',
  baseURL: 'http://sandbox.test',
  maxRetries: 0,
  fetch: async (url, init) => {
    const { status, headers, body } = await upstream.send({
      method: 'POST',
      path: new URL(String(url)).pathname.replace(/^\/v1/, ''),
      headers: {},
      body: Buffer.from(String(init?.body)),
      signal: new AbortController().signal,
      ended: () => {},
    });
    const bytes = ReadableStream.from(body) as ReadableStream<Uint8Array>;
    return new Response(bytes, { status, headers: headers as Record<string, string> });
  },
});

const HELLO = {
  model: 'claude-opus-5',
  max_tokens: 200,
  system: 'Be brief.',
  messages: [{ role: 'user' as const, content: 'What is a macaroon?' }],
};

describe('the sandbox behind the Anthropic SDK', () => {
  it('answers with a message that says what it is, and streams the same', async () => {
    const message = await client.messages.create(HELLO);
    expect(message).toMatchObject({
      id: 'msg_sandbox_1',
      role: 'assistant',
      stop_reason: 'end_turn',
    });
    const [block] = message.content;
    expect(block).toMatchObject({ type: 'text' });
    expect(JSON.stringify(block)).toContain('No model was called, claude-opus-5 included.');
    expect(JSON.stringify(block)).toContain('What is a macaroon?');
    const streamed = await client.messages.stream(HELLO).finalMessage();
    expect(streamed.content).toMatchObject([{ type: 'text', text: textOf(message) }]);
    expect(streamed.usage.output_tokens).toBe(message.usage.output_tokens);
  });

  it('keeps to max_tokens, and counts as it bills', async () => {
    const cut = await client.messages.create({ ...HELLO, max_tokens: 3 });
    expect(cut).toMatchObject({ stop_reason: 'max_tokens', usage: { output_tokens: 3 } });
    const { max_tokens: _, ...counted } = HELLO;
    const { input_tokens } = await client.messages.countTokens(counted);
    expect(input_tokens).toBe(cut.usage.input_tokens);
  });

  it('refuses what Anthropic would refuse, in its shape', async () => {
    const refused = client.messages.create({ ...HELLO, messages: [] });
    await expect(refused).rejects.toThrow(BadRequestError);
    await expect(refused).rejects.toMatchObject({ type: 'invalid_request_error' });
  });
});

function textOf({ content }: Anthropic.Message): string {
  return content.map((block) => (block.type === 'text' ? block.text : '')).join('');
}
