/**
 * Whether an upstream bills for an answer of this status. Providers refuse a request with these
 * before any work is done, so the hold is given back. Everything else stays charged: with a 500,
 * 502 or 504, a 408 or a redirect nobody can tell here whether the work was done, and an unknown
 * outcome counts as spent (DESIGN §3, rule 6).
 */
const NOT_BILLED = new Set([
  400, // malformed
  401, // the gateway's key
  402, // the gateway's account there has no money
  403,
  404, // no such model
  405,
  406,
  409,
  410,
  411,
  413,
  414,
  415,
  422,
  429, // rate limited
  431,
  501,
  503, // overloaded, before the work
  529, // Anthropic's "overloaded"
]);

export function isBilled(status: number): boolean {
  return !NOT_BILLED.has(status);
}
