import type { Fields } from '../counts.js';

/**
 * Which refusals before any output Anthropic bills: none from 2026-06-02 on, and since 2026-09-24 those of
 * three categories again (Claude Platform release notes of both days). Of a category that is not here
 * nobody knows.
 */
const UNBILLED: readonly unknown[] = [undefined, null, 'cyber', 'general_harms'];

/**
 * Whether a message without any content is a refusal that is not billed, though its usage has an input.
 * @param said the counts as the answer said them last
 */
export function isUnbilledRefusal(
  stop: { readonly reason: unknown; readonly category: unknown },
  said: Fields,
): boolean {
  const hasRun = Object.values((said['server_tool_use'] ?? {}) as Fields).some(
    (count) => typeof count === 'number' && count > 0,
  );
  return (
    stop.reason === 'refusal' &&
    UNBILLED.includes(stop.category) &&
    said['output_tokens'] === 0 &&
    !hasRun
  );
}
