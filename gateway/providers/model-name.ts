/** What {@link isModelName} expects, for whoever is refused. */
export const MODEL_NAME =
  'a name of 1 to 256 characters, none of them a space or a control character';

/**
 * Whether a value can be the name of a model. With a space or a control character in it, what serves
 * behind can read another name than the one that was priced: servers trim, and cut at a NUL.
 */
export function isModelName(value: unknown): value is string {
  return typeof value === 'string' && /^[^\s\p{C}]{1,256}$/u.test(value) && value.length <= 256;
}
