import { ignored, type Shape } from '../fields.js';

/**
 * The fields of a count, which is free: OpenAI API reference, "Get input token counts". What would cost
 * in a response is counted here, and not carried out.
 */
export const INPUT_TOKENS: Shape = {
  conversation: ignored,
  input: ignored,
  instructions: ignored,
  model: ignored,
  parallel_tool_calls: ignored,
  personality: ignored,
  previous_response_id: ignored,
  reasoning: ignored,
  text: ignored,
  tool_choice: ignored,
  tools: ignored,
  truncation: ignored,
};
