import { ignored, type Shape } from '../fields.js';

/** The model where a request names none. */
export const DEFAULT_MODERATION = 'omni-moderation-latest';

/** The fields of a moderation, which is free: OpenAI API reference, "Create moderation". */
export const MODERATIONS: Shape = { model: ignored, input: ignored };
