import type { BetaMessageTokensCount } from '@anthropic-ai/sdk/resources/beta/messages';
import type { MessageTokensCount } from '@anthropic-ai/sdk/resources/messages';
import type { ModelInfo } from '@anthropic-ai/sdk/resources/models';
import type { Filled } from '../whole.js';

export const TOKEN_COUNT: Filled<MessageTokensCount> = { input_tokens: 14 };

export const BETA_TOKEN_COUNT: Filled<BetaMessageTokensCount> = {
  input_tokens: 14,
  context_management: { original_input_tokens: 526 },
};

const yes = { supported: true };
const no = { supported: false };

export const ANTHROPIC_MODEL: Filled<ModelInfo> = {
  id: 'claude-opus-5',
  type: 'model',
  display_name: 'Claude Opus 5',
  created_at: '2026-02-04T00:00:00Z',
  deprecated_at: '2027-02-04T00:00:00Z',
  retires_at: '2027-08-04T00:00:00Z',
  lifecycle: 'active',
  line: 'opus',
  max_input_tokens: 1_000_000,
  max_tokens: 128_000,
  capabilities: {
    batch: yes,
    citations: yes,
    code_execution: yes,
    context_management: {
      ...yes,
      clear_thinking_20251015: yes,
      clear_tool_uses_20250919: yes,
      compact_20260112: yes,
    },
    effort: { ...yes, low: yes, medium: yes, high: yes, xhigh: yes, max: no },
    image_input: yes,
    pdf_input: yes,
    server_tools: { ...yes, code_execution: yes, web_search: yes },
    structured_outputs: yes,
    thinking: {
      ...yes,
      types: { adaptive: yes, between_tools: no, disabled: yes, enabled: yes },
    },
  },
};
