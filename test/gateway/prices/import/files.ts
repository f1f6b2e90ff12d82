// Excerpts of the two files, with every field that an entry has there.

const SEARCHES = {
  search_context_size_high: 0.01,
  search_context_size_low: 0.01,
  search_context_size_medium: 0.01,
};

/** LiteLLM's model_prices_and_context_window.json. */
export const LITELLM = JSON.stringify({
  sample_spec: {
    litellm_provider: 'one of https://docs.litellm.ai/docs/providers',
    mode: 'one of: chat, embedding',
  },
  fallback_generalizations: { rules: [{ name: 'a', pattern: 'b' }] },
  'claude-4-sonnet-20250514': {
    cache_creation_input_token_cost: 3.75e-6,
    cache_creation_input_token_cost_above_1hr: 6e-6,
    cache_creation_input_token_cost_above_200k_tokens: 7.5e-6,
    cache_read_input_token_cost: 3e-7,
    cache_read_input_token_cost_above_200k_tokens: 6e-7,
    deprecation_date: '2026-06-15',
    input_cost_per_token: 3e-6,
    input_cost_per_token_above_200k_tokens: 6e-6,
    litellm_provider: 'anthropic',
    max_input_tokens: 1000000,
    max_output_tokens: 64000,
    max_tokens: 64000,
    mode: 'chat',
    output_cost_per_token: 1.5e-5,
    output_cost_per_token_above_200k_tokens: 2.25e-5,
    prompt_cache_min_tokens: 1024,
    search_context_cost_per_query: SEARCHES,
    supports_reasoning: true,
    supports_vision: true,
  },
  'gpt-5': {
    cache_read_input_token_cost: 1.25e-7,
    cache_read_input_token_cost_flex: 6.25e-8,
    cache_read_input_token_cost_priority: 2.5e-7,
    input_cost_per_token: 1.25e-6,
    input_cost_per_token_batches: 6.25e-7,
    input_cost_per_token_flex: 6.25e-7,
    input_cost_per_token_priority: 2.5e-6,
    input_cost_per_audio_token: 4e-5,
    litellm_provider: 'openai',
    max_input_tokens: 272000,
    max_output_tokens: 128000,
    max_tokens: 128000,
    mode: 'chat',
    output_cost_per_token: 1e-5,
    output_cost_per_token_flex: 5e-6,
    output_cost_per_token_priority: 2e-5,
    supported_endpoints: ['/v1/chat/completions', '/v1/batch', '/v1/responses'],
    supports_reasoning: true,
  },
  'text-embedding-3-small': {
    input_cost_per_token: 2e-8,
    litellm_provider: 'openai',
    max_input_tokens: 8191,
    max_tokens: 8191,
    mode: 'embedding',
    output_cost_per_token: 0.0,
    output_vector_size: 1536,
  },
  'tts-1': { input_cost_per_character: 1.5e-5, litellm_provider: 'openai', mode: 'audio_speech' },
  'whisper-1': {
    input_cost_per_second: 0.0001,
    litellm_provider: 'openai',
    mode: 'audio_transcription',
  },
  'too-fine': { input_cost_per_token: 1.23456789e-9, litellm_provider: 'openai', mode: 'chat' },
  'a name': { input_cost_per_token: 1e-6, litellm_provider: 'openai', mode: 'chat' },
});

const SONNET = {
  id: 'claude-sonnet-4-5',
  name: 'Claude Sonnet 4.5 (latest)',
  family: 'claude-sonnet',
  attachment: true,
  reasoning: true,
  tool_call: true,
  temperature: true,
  knowledge: '2025-07-31',
  release_date: '2025-09-29',
  last_updated: '2025-09-29',
  modalities: { input: ['text', 'image', 'pdf'], output: ['text'] },
  open_weights: false,
  cost: {
    input: 3,
    output: 15,
    cache_read: 0.3,
    cache_write: 3.75,
    context_over_200k: { input: 6, output: 22.5, cache_read: 0.6, cache_write: 7.5 },
  },
  limit: { context: 200000, output: 64000 },
};

/** models.dev's api.json. */
export const MODELS_DEV = JSON.stringify({
  anthropic: {
    id: 'anthropic',
    env: ['ANTHROPIC_API_KEY'],
    npm: '@ai-sdk/anthropic',
    name: 'Anthropic',
    doc: 'https://docs.anthropic.com/en/docs/about-claude/models',
    models: { 'claude-sonnet-4-5': SONNET, 'claude-free': { ...SONNET, cost: undefined } },
  },
  reseller: {
    id: 'reseller',
    name: 'A reseller',
    models: {
      'claude-sonnet-4-5': { ...SONNET, cost: { input: 1, output: 2 } },
      omni: { ...SONNET, reasoning: false, cost: { input: 1.25, output: 10, input_audio: 7 } },
    },
  },
});
