/**
 * Whether two byte strings are equal, in a time that depends on their length alone: where they
 * begin to differ would tell a forger how much of a signature is right.
 */
export function equalInConstantTime(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i++) difference |= (a[i] ?? 0) ^ (b[i] ?? 0);
  return difference === 0;
}
