import type { RecordedAnswer } from './answer.js';

interface Run {
  readonly type: string;
  readonly name?: string;
  readonly action?: { readonly type: string };
}

/** Searches that the provider bills in this answer: only an action `search` is one at OpenAI. */
export function searchesOf({ api, plain }: RecordedAnswer): number {
  const output = (plain[api === 'responses' ? 'output' : 'content'] ?? []) as readonly Run[];
  return output.filter(({ type, name, action }) =>
    api === 'responses'
      ? type === 'web_search_call' && action?.type === 'search'
      : type === 'server_tool_use' && name === 'web_search',
  ).length;
}

/** Whether a request with these fields lets the provider run the answer's tools. */
export function mayRun({ asks, isHosted }: RecordedAnswer): boolean {
  return !isHosted || JSON.stringify(asks['tools'] ?? []).includes('"web_search');
}
