/**
 * Names that can change what a call is billed, by the reason. A field on no list of its API passes
 * and counts as input; one of these is refused, in whatever spelling, since nothing bounds it.
 *
 * From the references of OpenAI, Anthropic, OpenRouter, Azure, xAI, Gemini, Mistral, Perplexity,
 * Groq, vLLM and Ollama, as of 2026-11-30.
 */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  'another model can serve, at another price': [
    ...['models', 'route', 'provider', 'providers', 'preset', 'fallbacks', 'fallback', 'plugins'],
    ...['transforms', 'router', 'model_router', 'fallback_credit_token'],
  ],
  'it can ask for more than one answer': [
    ...['n', 'best_of', 'num_completions', 'num_generations', 'num_return_sequences'],
    ...['candidate_count', 'num_samples', 'use_beam_search', 'beam_width', 'num_beams'],
  ],
  'it can choose a dearer tier': [
    ...['service_tier', 'speed', 'inference_geo', 'performance_config', 'latency'],
    ...['processing_mode', 'region', 'data_region'],
  ],
  'it can raise the limit of the output': [
    ...['max_tokens', 'max_completion_tokens', 'max_output_tokens', 'max_new_tokens'],
    ...['max_gen_len', 'max_length', 'max_tokens_to_sample', 'num_predict', 'budget_tokens'],
    ...['thinking_budget', 'thinking_config', 'reasoning_budget', 'max_thinking_tokens'],
    ...['max_reasoning_tokens', 'thinking_token_budget'],
  ],
  'it can run tools on the provider’s side': [
    ...['web_search', 'web_search_options', 'search', 'search_options', 'search_parameters'],
    ...['enable_search', 'enable_web_search', 'mcp_servers', 'mcp', 'connectors', 'data_sources'],
    ...['code_interpreter', 'enable_code_interpreter', 'tool_resources', 'server_tools'],
    ...['multi_agent', 'agents', 'subagents'],
    ...['builtin_tools', 'compound_custom', 'assistant_id', 'agent_id', 'retrieval', 'file_search'],
    ...['search_mode', 'search_type', 'search_settings', 'return_images', 'media_response'],
    ...['return_related_questions', 'num_search_results', 'max_search_results'],
  ],
  'it stands for input that is not in the request': [
    ...['previous_response_id', 'previous_message_id', 'previous_interaction_id', 'conversation'],
    ...['conversation_id', 'thread', 'thread_id', 'prompt_id', 'container', 'file_ids'],
    ...['attachments', 'cached_content', 'context_id', 'memory', 'memory_id', 'skills'],
  ],
  'it can start work that this answer does not tell of': [
    ...['background', 'deferred', 'batch', 'webhook', 'schedule', 'compaction'],
    ...['context_management', 'async'],
  ],
  'it can write a cache': [
    ...['cache', 'caching', 'cache_control', 'cache_ttl', 'cache_options', 'context_cache'],
    ...['prompt_cache_retention', 'prompt_cache_options', 'prompt_cache'],
  ],
  'sound, pictures and video have prices of their own': [
    ...['audio', 'voice', 'modalities', 'response_modalities', 'image', 'images', 'image_config'],
    ...['video', 'videos', 'speech', 'speech_config', 'asr_options'],
  ],
  'it can bill somebody else': [
    ...['billing_policy', 'bill_to', 'billing', 'payer', 'user_profile_id', 'workspace_id'],
    ...['organization', 'organization_id', 'project_id', 'api_key'],
  ],
  'it wraps fields that the provider reads': [
    ...['extra_body', 'extra_query', 'extra_headers', 'provider_options', 'provider_params'],
    ...['model_kwargs', 'model_params', 'options', 'generation_config', 'extra_params', 'params'],
    ...['additional_model_request_fields', 'parameters', 'google', 'openai', 'anthropic'],
  ],
};

/** Parts of names that tell as much, where they stand at the top of a body or in a tool. */
const PARTS: readonly (readonly [RegExp, string])[] = [
  [/fallback|router/, 'another model can serve, at another price'],
  [/tier$|speed/, 'it can choose a dearer tier'],
  [/^max.*(?:tokens|length)$|budgettokens|tokenbudget/, 'it can raise the limit of the output'],
  [/search|mcp|connector|plugin|codeinterp|codeexec/, 'it can run tools on the provider’s side'],
  [/cach/, 'it can write a cache'],
  [/audio|video|modalit/, 'sound, pictures and video have prices of their own'],
  [/billing|billto/, 'it can bill somebody else'],
  [/container|conversation|previous/, 'it stands for input that is not in the request'],
];

const REASONS = new Map(
  Object.entries(NAMES).flatMap(([reason, names]) => names.map((name) => [fold(name), reason])),
);

/** Those that bear a price wherever they stand, inside of what is passed on unread too. */
const ANYWHERE = new Set(['cache_control', 'cache_ttl', 'extra_body'].map(fold));

/**
 * Why a field of this name is not passed on.
 * @param isTop whether it stands at the top of the body or of a tool
 * @returns undefined for a name that says nothing of a price
 */
export function reasonAgainst(name: string, isTop: boolean): string | undefined {
  const folded = fold(name);
  if (/[^\x21-\x7e]/.test(name))
    return 'its name has other characters than ASCII, which servers can fold';
  if (!isTop) return ANYWHERE.has(folded) ? REASONS.get(folded) : undefined;
  return REASONS.get(folded) ?? PARTS.find(([pattern]) => pattern.test(folded))?.[1];
}

/** A value that switches a feature off, whatever it is called. */
export function isOff(value: unknown): boolean {
  return value === null || value === false || (Array.isArray(value) && value.length === 0);
}

/** As one: `max_tokens`, `maxTokens`, `Max-Tokens`. */
export function fold(name: string): string {
  return name
    .toUpperCase()
    .toLowerCase()
    .replaceAll(/[_\-. ]/g, '');
}
