import { z } from 'zod';
import { DEFAULT_OVERHEAD, DEFAULT_RULES } from '../providers/request.js';
import { readCount, readFlag, readWord } from './grammar.js';
import { named, section, text } from './shapes.js';

/** `requests:` of an upstream: what of a request passes, and how it is bounded (docs/bounds.md). */

const word = text(readWord, 'a name without spaces');
const words = (example: string) => z.array(word, { error: `a list such as ${example}` });
const tokens = (preset: number) =>
  text(readCount(0, 10_000_000), `a number of tokens such as ${preset}`).prefault(String(preset));

const overhead = section({
  request: tokens(DEFAULT_OVERHEAD.request),
  message: tokens(DEFAULT_OVERHEAD.message),
  tools: tokens(DEFAULT_OVERHEAD.tools),
  tool: tokens(DEFAULT_OVERHEAD.tool),
});

const chatLimit = z.enum(['max_completion_tokens', 'max_tokens'], {
  error: 'max_completion_tokens or max_tokens',
});

export const requests = section({
  fields: words('[top_k, messages.prefix]').prefault([]),
  betas: words('[context-1m-2025-08-07]').prefault([]),
  serverTools: named(readWord, word, "a map of a tool's type and the name of its price").prefault(
    {},
  ),
  imageTokens: text(readCount(1, 10_000_000), 'a number of tokens such as 1600').optional(),
  outgrowing: z
    .enum(['context_window', 'refused'], { error: 'context_window or refused' })
    .prefault(DEFAULT_RULES.outgrowing),
  chatLimits: z
    .array(chatLimit, { error: 'a list of max_completion_tokens, max_tokens' })
    .min(1, { error: 'at least one of max_completion_tokens, max_tokens' })
    .prefault([...DEFAULT_RULES.chatLimits]),
  askStreamUsage: text(readFlag, 'true or false').prefault(String(DEFAULT_RULES.askStreamUsage)),
  tiers: words('[default]')
    .min(1, { error: 'at least one tier, such as default' })
    .prefault([...DEFAULT_RULES.tiers]),
  overhead: overhead.prefault({}),
  unknown: z
    .enum(['count', 'refuse'], { error: 'count or refuse' })
    .prefault(DEFAULT_RULES.unknown),
  tokenizer: z.enum(['none', 'openai'], { error: 'none or openai' }).prefault('none'),
});
