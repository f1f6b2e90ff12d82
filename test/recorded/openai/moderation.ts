import type { ChatCompletion } from 'openai/resources/chat/completions';
import type { Response } from 'openai/resources/responses/responses';
import type { Filled } from '../whole.js';

const RESULT: Filled<Response.Moderation.ModerationResult> = {
  type: 'moderation_result',
  model: 'omni-moderation-latest',
  flagged: false,
  categories: { harassment: false, violence: false },
  category_applied_input_types: { harassment: ['text'], violence: ['text', 'image'] },
  category_scores: { harassment: 0.00012, violence: 0.00031 },
};

const FAILED: Filled<Response.Moderation.Error> = {
  type: 'error',
  code: 'moderation_unavailable',
  message: 'The moderation model did not answer in time.',
};

export const RESPONSE_MODERATION: Filled<Response.Moderation> = { input: RESULT, output: FAILED };

export const CHAT_MODERATION: Filled<ChatCompletion.Moderation> = {
  input: { type: 'moderation_results', model: RESULT.model, results: [RESULT] },
  output: FAILED,
};
