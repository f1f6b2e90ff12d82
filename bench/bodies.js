// What is asked for. The model without a line in the price list costs its credits and nothing else;
// the other is charged by its tokens.
export const EVENTS = 1_000;

const messages = [
  { role: 'system', content: 'You are a careful assistant that answers in one paragraph.' },
  { role: 'user', content: 'What does a bursar do, and since when? '.repeat(6) },
];

export const FLAT = JSON.stringify({ model: 'gpt-bench', messages });
export const METERED = JSON.stringify({ model: 'gpt-4o-mini', messages, max_tokens: 2_000 });
/** The caller does not ask for usage, so that the gateway asks, and takes it out of the answer. */
export const STREAM = JSON.stringify({ ...JSON.parse(METERED), stream: true });
/** The same, in which the upstream sends all of its events at once. */
export const BURST = JSON.stringify({ ...JSON.parse(STREAM), user: 'burst' });
/** The same, in which the upstream sends the first event, and the others some time later. */
export const FIRST = JSON.stringify({ ...JSON.parse(STREAM), user: 'first' });
