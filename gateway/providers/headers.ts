import { mistaken, unpriced } from './draft.js';
import type { Api, RequestRules } from './request.js';

/**
 * Features of `anthropic-beta` that change no price, or whose fields are looked at: a longer
 * output is under the same limit, what files bring is bounded by the context window.
 */
const ANTHROPIC_BETAS = [
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

/** The versions in whose answers usage is read alike; the first for callers that name none. */
const ANTHROPIC_VERSIONS: readonly string[] = ['2023-06-01', '2026-10-21'];

export const [ANTHROPIC_VERSION = ''] = ANTHROPIC_VERSIONS;

/**
 * The headers that a provider's API needs or prices by. Others are the gateway's general list;
 * `openai-organization` and `openai-project` stay behind, as the key's own account pays.
 * @throws {Problem} for a feature that is not listed
 */
export function readHeaders(
  api: Api,
  headers: Headers,
  rules: RequestRules,
): Readonly<Record<string, string>> {
  if (!isAnthropic(api)) return readBetas('openai-beta', headers, rules.betas);
  const betas = readBetas('anthropic-beta', headers, [...ANTHROPIC_BETAS, ...rules.betas]);
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
  listed: readonly string[],
): Readonly<Record<string, string>> {
  const value = headers.get(name);
  if (value === null) return {};
  const betas = value.split(',').map((beta) => beta.trim());
  for (const beta of betas) {
    if (listed.includes(beta)) continue;
    const found = JSON.stringify(beta.slice(0, 64));
    throw unpriced(name, `${found} is not on the list of features whose price is known`);
  }
  return { [name]: betas.join(',') };
}
