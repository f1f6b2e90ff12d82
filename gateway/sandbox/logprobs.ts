/** How likely each piece was: certain, since nothing was drawn. */
export function logprobOf(token: string, top: number) {
  const one = { token, logprob: 0, bytes: [...Buffer.from(token)] };
  return { ...one, top_logprobs: top > 0 ? [one] : [] };
}
