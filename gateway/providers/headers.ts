import type { Draft } from './draft.js';
import { mistaken, unpriced } from './problems.js';
import type { Api, RequestRules } from './request.js';

/**
 * Features of `anthropic-beta` that change no price by themselves: what they let a request say is
 * looked at where it says it (`speed`, `fallbacks`, `thinking`, tools). From the SDK's own list,
 * `AnthropicBeta`, of version 1.12.
 */
const ANTHROPIC_BETAS: readonly RegExp[] = [
  'advanced-tool-use',
  'advisor-tool',
  'agent-memory',
  'cache-diagnosis',
  'claude-code',
  'code-execution',
  'compact',
  'computer-use',
  'context-1m',
  'context-management',
  'dev-full-thinking',
  'effort',
  'extended-cache-ttl',
  'fallback-credit',
  'fast-mode',
  'files-api',
  'fine-grained-tool-streaming',
  'inline-tools',
  'interleaved-thinking',
  'max-tokens-3-5-sonnet',
  'mcp-client',
  'mcp-tunnels',
  'message-threads',
  'mid-conversation-output-config',
  'mid-conversation-system-clear-at',
  'mid-conversation-tool-changes',
  'model-context-window-exceeded',
  'oauth',
  'output-128k',
  'output-300k',
  'pdfs',
  'per-turn-control',
  'prompt-caching',
  'prompt-caching-scope',
  'redact-thinking',
  'server-side-fallback',
  'skills',
  'structured-outputs',
  'task-budgets',
  'thinking-binding-controls',
  'thinking-display-updates',
  'thinking-token-count',
  'token-counting',
  'token-efficient-tools',
  'tool-examples',
  'tool-search-tool',
  'user-profiles',
  'web-fetch',
  'web-search',
].map((name) => new RegExp(`^${name}-20\\d\\d-?\\d\\d-?\\d\\d$`));

/** Those of them that pass where unknown names are refused. */
const STRICT_BETAS: readonly string[] = [
  'extended-cache-ttl-2025-04-11',
  'files-api-2025-04-14',
  'fine-grained-tool-streaming-2025-05-14',
  'interleaved-thinking-2025-05-14',
  'max-tokens-3-5-sonnet-2024-07-15',
  'output-128k-2025-02-19',
  'pdfs-2024-09-25',
  'prompt-caching-2024-07-31',
  'structured-outputs-2025-11-13',
  'token-counting-2024-11-01',
  'token-efficient-tools-2025-02-19',
  'web-fetch-2025-09-10',
];

const OPENAI_BETAS: readonly RegExp[] = [/^assistants=v\d$/, /^responses(?:_websockets)?=[\w-]+$/];

/** What a name says that is on no list: prices or bounds can change with it. */
const PRICED = /priority|tier|fast|speed|long-?context|context-\d+m|billing|fallback|unlimited/;

/** With it a request can be a million tokens long, whatever the model's window is without. */
const LONG_CONTEXT = /^context-1m-/;

/** The versions in whose answers usage is read alike; the first for callers that name none. */
const ANTHROPIC_VERSIONS: readonly string[] = ['2023-06-01', '2026-10-21'];

export const [ANTHROPIC_VERSION = ''] = ANTHROPIC_VERSIONS;

/**
 * The headers that a provider's API needs or prices by. Others are the gateway's general list;
 * `openai-organization` and `openai-project` stay behind, as the key's own account pays.
 * @throws {Problem} for a feature that can change what is billed
 */
export function readHeaders(
  api: Api,
  headers: Headers,
  draft: Draft,
): Readonly<Record<string, string>> {
  if (!isAnthropic(api)) return readBetas('openai-beta', headers, OPENAI_BETAS, draft);
  const betas = readBetas('anthropic-beta', headers, ANTHROPIC_BETAS, draft);
  const version = headers.get('anthropic-version');
  if (version === null) return betas;
  if (!ANTHROPIC_VERSIONS.includes(version)) {
    const found = JSON.stringify(version.slice(0, 64));
    throw mistaken('anthropic-version', found, ANTHROPIC_VERSIONS.join(' or '));
  }
  return { ...betas, 'anthropic-version': version };
}

/** The version that the caller's SDK reads, for a call whose other headers nobody looks at. */
export function knownVersion(api: Api, headers: Headers): Readonly<Record<string, string>> {
  const version = headers.get('anthropic-version') ?? '';
  const isKnown = isAnthropic(api) && ANTHROPIC_VERSIONS.includes(version);
  return isKnown ? { 'anthropic-version': version } : {};
}

function isAnthropic(api: Api): boolean {
  return api === 'messages' || api === 'count_tokens';
}

function readBetas(
  name: string,
  headers: Headers,
  known: readonly RegExp[],
  draft: Draft,
): Readonly<Record<string, string>> {
  const value = headers.get(name);
  if (value === null) return {};
  const betas = value
    .split(',')
    .map((beta) => beta.trim())
    .filter((beta) => beta !== '' || draft.rules.unknown === 'refuse');
  for (const beta of betas) {
    if (!draft.rules.betas.includes(beta)) readBeta(name, beta, known, draft);
    if (LONG_CONTEXT.test(beta)) draft.isLongContext = true;
  }
  return betas.length === 0 ? {} : { [name]: betas.join(',') };
}

function readBeta(name: string, beta: string, known: readonly RegExp[], draft: Draft): void {
  if (isKnown(beta, known, draft.rules)) return;
  const found = JSON.stringify(beta.slice(0, 64));
  if (draft.rules.unknown === 'refuse') {
    throw unpriced(name, `${found} is not on the list of features whose price is known`);
  }
  if (PRICED.test(beta)) {
    const listed = 'Leave it out, or ask the operator to list it under requests.betas';
    throw unpriced(name, `${found} can change what is billed. ${listed}`);
  }
  draft.noteUnknown(`${name}=${beta}`);
}

function isKnown(beta: string, known: readonly RegExp[], { unknown }: RequestRules): boolean {
  if (unknown === 'refuse') return STRICT_BETAS.includes(beta);
  return known.some((pattern) => pattern.test(beta));
}
