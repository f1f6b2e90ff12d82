/** The environment's variables. */
export type Environment = Readonly<Record<string, string | undefined>>;

const VARIABLE = /\$\{([A-Za-z_][A-Za-z0-9_]*)(:-([^{}]*))?\}/g;

/** Whether the text waits for the environment. */
export function isInterpolated(text: string): boolean {
  return text.includes('${');
}

/** Whether every `${` in the text begins a `${NAME}` or a `${NAME:-default}`. */
export function isWellInterpolated(text: string): boolean {
  return !isInterpolated(text.replace(VARIABLE, ''));
}

/** The variables that a text names, each once. */
export function variablesIn(text: string): string[] {
  return [...new Set([...text.matchAll(VARIABLE)].map(([, name = '']) => name))];
}

export type Interpolated =
  | { readonly text: string }
  /** The first variable that is not set and has no default. */
  | { readonly missing: string };

/**
 * Replaces each `${NAME}` and `${NAME:-default}`, once: what a variable holds is not read again. A
 * variable that is set but empty is missing, as it is for a shell's `:-`.
 * @param text which {@link isWellInterpolated}
 */
export function interpolate(text: string, env: Environment): Interpolated {
  let missing: string | undefined;
  const replaced = text.replace(VARIABLE, (_, name: string, hasDefault, fallback: string) => {
    const value = Object.hasOwn(env, name) ? env[name] : undefined;
    if (value !== undefined && value !== '') return value;
    if (hasDefault === undefined) missing ??= name;
    return fallback ?? '';
  });
  return missing === undefined ? { text: replaced } : { missing };
}
