import type { RecordedAnswer } from './answer.js';
import { ANTHROPIC_ERRORS, ANTHROPIC_STREAM_ERRORS } from './anthropic/errors.js';
import { MESSAGE_ANSWERS } from './anthropic/messages.js';
import { ANTHROPIC_TOOL_RESULTS } from './anthropic/tool-results.js';
import type { RecordedError, RecordedStreamError } from './error.js';
import { CHAT_ANSWERS } from './openai/chat.js';
import { INTERMEDIARY_ERRORS, OPENAI_ERRORS, OPENAI_STREAM_ERRORS } from './openai/errors.js';
import { RESPONSE_ANSWERS } from './openai/responses.js';
import { OPENAI_TOOL_RESULTS } from './openai/tool-results.js';
import { AZURE_ANSWERS, GEMINI_ANSWERS, GROQ_ANSWERS, XAI_ANSWERS } from './others/clouds.js';
import { OTHER_ERRORS, OTHER_STREAM_ERRORS } from './others/errors.js';
import { OPENROUTER_ANSWERS } from './others/openrouter.js';
import { DEEPSEEK_ANSWERS, MISTRAL_ANSWERS, VLLM_ANSWERS } from './others/reasoners.js';

/** By servers that speak OpenAI's API: what they send beyond its schema. */
const OTHER_ANSWERS: readonly RecordedAnswer[] = [
  ...OPENROUTER_ANSWERS,
  ...DEEPSEEK_ANSWERS,
  ...XAI_ANSWERS,
  ...GROQ_ANSWERS,
  ...MISTRAL_ANSWERS,
  ...VLLM_ANSWERS,
  ...GEMINI_ANSWERS,
  ...AZURE_ANSWERS,
];

export const ANSWERS: readonly RecordedAnswer[] = [
  ...CHAT_ANSWERS,
  ...RESPONSE_ANSWERS,
  ...MESSAGE_ANSWERS,
  ...OPENAI_TOOL_RESULTS,
  ...ANTHROPIC_TOOL_RESULTS,
  ...OTHER_ANSWERS,
];

export const RECORDED_ERRORS: readonly RecordedError[] = [
  ...OPENAI_ERRORS,
  ...INTERMEDIARY_ERRORS,
  ...ANTHROPIC_ERRORS,
  ...OTHER_ERRORS,
];

export const STREAM_ERRORS: readonly RecordedStreamError[] = [
  ...OPENAI_STREAM_ERRORS,
  ...ANTHROPIC_STREAM_ERRORS,
  ...OTHER_STREAM_ERRORS,
];
