import {
  asCount,
  asFields,
  asFlag,
  byType,
  counted,
  type FieldReader,
  ignored,
  json,
  label,
  listOf,
  oneOf,
  readShape,
  type Shape,
  shaped,
  text,
  textOr,
  unread,
} from '../fields.js';
import { unpriced } from '../problems.js';
import { unlisted } from '../unlisted.js';
import { chatTool, FUNCTION } from './chat-tools.js';
import { outputLimit, serviceTier, stream, UNBILLED } from './common.js';
import { audio, CACHE_MARKS, content, file, jsonOrText, part } from './content.js';

const image: FieldReader = (value, path, draft) => {
  const fields = readShape(value, path, { url: ignored, detail: ignored, format: ignored }, draft);
  draft.countImage(path, fields['detail'] ?? undefined, fields['url']);
};

const imageAt: FieldReader = (_value, path, draft) => draft.countImage(path);

const parts = (ofText: FieldReader): FieldReader =>
  byType({
    // The Agents SDK writes a whole message where a part of it is meant.
    text: part({ text: ofText, annotations: counted, role: label, tool_calls: json }),
    refusal: part({ refusal: ofText }),
    // As its address alone, in Mistral's reference.
    image_url: part({ image_url: textOr(image, imageAt) }),
    input_audio: audio,
    file: part({ file }),
    // Reasoning as Mistral and others have it among the parts.
    thinking: part({ thinking: textOr(unread, ofText), signature: label, closed: ignored }),
    reasoning: part({ text: ofText, reasoning: ofText, signature: label }),
  });

const FUNCTION_CALL: Shape = {
  name: label,
  arguments: jsonOrText,
  // What the SDK's helpers add to the calls that they hand out.
  parsed_arguments: json,
  output: json,
};

const CALL: Shape = { id: label, type: ignored, index: ignored, extra_content: unread };

const toolCall = byType(
  {
    function: shaped({ ...CALL, function: shaped(FUNCTION_CALL) }),
    custom: shaped({ ...CALL, custom: shaped({ name: label, input: jsonOrText }) }),
  },
  'function',
);

const calls = listOf((value, path, draft) => {
  draft.countMessage();
  toolCall(value, path, draft);
});

const MESSAGE: Shape = {
  role: label,
  name: label,
  refusal: text,
  // Reasoning, as DeepSeek and vLLM, and as OpenRouter and Groq say it.
  reasoning_content: text,
  reasoning: textOr(unread),
  reasoning_details: unread,
  reasoning_signature: label,
  tool_call_id: label,
  tool_calls: calls,
  function_call: shaped(FUNCTION_CALL),
  // What answers have beside their text.
  annotations: counted,
  parsed: json,
  citations: counted,
  context: unread,
  extra_content: unread,
  provider_specific_fields: unread,
  audio,
  ...CACHE_MARKS,
};

const spoken: Shape = { ...MESSAGE, content: content(parts) };
const answered: Shape = { ...MESSAGE, content: content(parts, true) };

const message: FieldReader = (value, path, draft) => {
  draft.countMessage();
  const { role } = asFields(value, path);
  readShape(value, path, role === 'tool' || role === 'function' ? answered : spoken, draft);
};

const definition: FieldReader = (value, path, draft) => {
  draft.countTool();
  json(value, path, draft);
};

const choices: FieldReader = (value, path, draft) => {
  draft.choices = Math.max(draft.choices, asCount(value, path, 1_024));
};

/** What of a predicted output is not used is billed as output, beside what is generated. */
const prediction: FieldReader = (value, path, draft) => {
  const before = draft.tokens;
  shaped({ type: oneOf('content'), content: content(parts) })(value, path, draft);
  draft.extraOutputTokens += draft.tokens - before;
};

const asksUsage: FieldReader = (value, path, draft) => {
  draft.asksUsage = asFlag(value, path);
};

/**
 * How much is thought, as OpenRouter (`reasoning.max_tokens`) and as LiteLLM and others (`thinking.budget_tokens`)
 * are told. What is not below the limit of the output can be more than it.
 */
const thought: FieldReader = (value, path, draft) => {
  if (draft.rules.unknown === 'refuse') {
    if (!draft.rules.fields.includes(path)) throw unlisted(path, undefined);
    draft.countJson(value);
  }
  if (typeof value !== 'object') return;
  readShape(value, path, THOUGHT, draft);
};

const budget: FieldReader = (value, path, draft) => {
  draft.thinkingTokens = Math.max(draft.thinkingTokens, asCount(value, path, 2 ** 31 - 1, 0));
};

const THOUGHT: Shape = {
  type: ignored,
  effort: ignored,
  enabled: ignored,
  exclude: ignored,
  summary: ignored,
  display: ignored,
  max_tokens: budget,
  budget_tokens: budget,
};

const search: FieldReader = (_value, path) => {
  throw unpriced(path, 'a search on the provider’s side, which this API can not limit');
};

/**
 * The fields of a chat request: OpenAI API reference, "Create chat completion", and of what others
 * add to it `best_of` (vLLM) and `reasoning_content` (DeepSeek).
 */
export const CHAT: Shape = {
  ...UNBILLED,
  messages: listOf(message),
  tools: listOf(chatTool),
  functions: listOf((value, path, draft) => {
    readShape(value, path, FUNCTION, draft);
    definition(value, path, draft);
  }),
  tool_choice: json,
  function_call: json,
  response_format: definition,
  prediction,
  max_completion_tokens: outputLimit,
  max_tokens: outputLimit,
  n: choices,
  best_of: choices,
  stream,
  stream_options: (value, path, draft) => {
    readShape(value, path, { include_usage: asksUsage, include_obfuscation: ignored }, draft);
  },
  service_tier: serviceTier,
  modalities: listOf(oneOf('text')),
  audio,
  web_search_options: search,
  frequency_penalty: ignored,
  logit_bias: ignored,
  logprobs: ignored,
  presence_penalty: ignored,
  reasoning: thought,
  reasoning_effort: ignored,
  seed: ignored,
  stop: ignored,
  thinking: thought,
  verbosity: ignored,
};
