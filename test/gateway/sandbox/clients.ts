import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { createSandboxUpstream } from '../../../gateway/sandbox/upstream.js';

const NOW_MS = 1_767_225_600_000;

/** The official SDKs, with a sandbox in the place of the network. */
export function sandboxClients() {
  let calls = 0;
  const upstream = createSandboxUpstream(() => {
    calls += 1;
    return { id: `chatcmpl-sandbox-${calls}`, nowMs: NOW_MS };
  });
  const send = async (url: unknown, init: RequestInit = {}): Promise<Response> => {
    const { pathname, search } = new URL(String(url));
    const { status, headers, body } = await upstream.send({
      method: init.method ?? 'GET',
      path: `${pathname.replace(/^\/v1/, '')}${search}`,
      headers: {},
      body: init.body === undefined ? undefined : Buffer.from(String(init.body)),
      signal: new AbortController().signal,
      ended: () => {},
    });
    const bytes = ReadableStream.from(body) as ReadableStream<Uint8Array>;
    return new Response(bytes, { status, headers: headers as Record<string, string> });
  };
  const options = { apiKey: 'unused', maxRetries: 0, fetch: send };
  return {
    send,
    openai: new OpenAI({ ...options, baseURL: 'http://sandbox.test/v1' }),
    anthropic: new Anthropic({ ...options, baseURL: 'http://sandbox.test' }),
  };
}

/** Names of T's members: one that a new version of an SDK adds does not compile until it is here. */
export type Names<T> = Readonly<Record<keyof T, 'sent' | 'only where asked'>>;

/** Those of `names` that are to be sent, and that `value` does not have. */
export function missingFrom<T>(value: object, names: Names<T>): string[] {
  return Object.entries(names)
    .filter(([name, when]) => when === 'sent' && !(name in value))
    .map(([name]) => name);
}
