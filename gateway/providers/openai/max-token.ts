/** o200k and cl100k, and Llama 3's after them, have a token of 128 spaces, and none longer. */
export const MAX_TOKEN_BYTES = 128;
