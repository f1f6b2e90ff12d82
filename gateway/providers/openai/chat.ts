import { unpriced } from '../draft.js';
import {
  asCount,
  asFields,
  asFlag,
  byType,
  type FieldReader,
  ignored,
  json,
  listOf,
  oneOf,
  readShape,
  type Shape,
  shaped,
  text,
  textOr,
} from '../fields.js';
import { outputLimit, serviceTier, stream, UNBILLED } from './common.js';
import { audio, CACHE_MARKS, callArguments, content, file, part } from './content.js';

const image: FieldReader = (value, path, draft) => {
  const fields = readShape(value, path, { url: ignored, detail: ignored }, draft);
  draft.countImage(path, fields['detail'] ?? undefined);
};

const parts = (ofText: FieldReader): FieldReader =>
  byType({
    text: part({ text: ofText }),
    refusal: part({ refusal: ofText }),
    image_url: part({ image_url: textOr(image, image) }),
    input_audio: audio,
    file: part({ file }),
  });

const toolCall = byType(
  {
    function: shaped({
      id: text,
      type: ignored,
      index: ignored,
      function: shaped({ name: text, arguments: callArguments }),
    }),
    custom: shaped({
      id: text,
      type: ignored,
      custom: shaped({ name: text, input: callArguments }),
    }),
  },
  'function',
);

const calls = listOf((value, path, draft) => {
  draft.countMessage();
  toolCall(value, path, draft);
});

const MESSAGE: Shape = {
  role: text,
  name: text,
  refusal: text,
  reasoning_content: text,
  tool_call_id: text,
  tool_calls: calls,
  function_call: shaped({ name: text, arguments: callArguments }),
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

const FUNCTION: Shape = {
  name: ignored,
  description: ignored,
  parameters: ignored,
  strict: ignored,
};

/** A tool's fields are listed, and its JSON counted as a whole. */
const tool: FieldReader = (value, path, draft) => {
  byType({
    function: shaped({
      type: ignored,
      function: shaped(FUNCTION),
      ...CACHE_MARKS,
    }),
    custom: shaped({
      type: ignored,
      custom: shaped({ name: ignored, description: ignored, format: ignored }),
    }),
  })(value, path, draft);
  definition(value, path, draft);
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
  tools: listOf(tool),
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
  reasoning_effort: ignored,
  seed: ignored,
  stop: ignored,
  verbosity: ignored,
};
