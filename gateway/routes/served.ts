import type { ErrorShape } from '../api/problem-response.js';

/** A route of a provider's API that is served: its methods, and its path below the origin. */
export interface ServedRoute {
  readonly methods: readonly string[];
  /** A segment in braces stands for any one. */
  readonly path: string;
  /** Whose API it is. */
  readonly shapes: readonly ErrorShape[];
}

function openai(method: string, path: string): ServedRoute {
  return { methods: [method], path, shapes: ['openai'] };
}

function anthropic(method: string, path: string): ServedRoute {
  return { methods: [method], path, shapes: ['anthropic'] };
}

/** What a 404 lists. */
export const SERVED: readonly ServedRoute[] = [
  openai('POST', '/v1/chat/completions'),
  openai('POST', '/v1/responses'),
  openai('POST', '/v1/responses/input_tokens'),
  { methods: ['GET', 'DELETE'], path: '/v1/responses/{id}', shapes: ['openai'] },
  openai('POST', '/v1/responses/{id}/cancel'),
  openai('GET', '/v1/responses/{id}/input_items'),
  openai('POST', '/v1/embeddings'),
  openai('POST', '/v1/completions'),
  openai('POST', '/v1/moderations'),
  openai('POST', '/v1/images/generations'),
  openai('POST', '/v1/audio/speech'),
  anthropic('POST', '/v1/messages'),
  anthropic('POST', '/v1/messages/count_tokens'),
  { methods: ['GET'], path: '/v1/models', shapes: ['openai', 'anthropic'] },
  { methods: ['GET'], path: '/v1/models/{id}', shapes: ['openai', 'anthropic'] },
];

/** The one that a path is, whatever the method. */
export function findServed(path: string): ServedRoute | undefined {
  return SERVED.find((route) => isPath(route.path, path));
}

function isPath(pattern: string, path: string): boolean {
  const wanted = pattern.split('/');
  const found = path.split('/');
  if (wanted.length !== found.length) return false;
  return wanted.every((segment, i) => segment === found[i] || isAny(segment, found[i]));
}

function isAny(pattern: string, segment: string | undefined): boolean {
  return pattern.startsWith('{') && segment !== undefined && segment !== '';
}

export function describeServed({ methods, path }: ServedRoute): string {
  return `${methods.join(' and ')} ${path}`;
}
