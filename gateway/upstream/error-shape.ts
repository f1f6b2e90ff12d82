/** An error as some provider writes it. */
export interface ErrorShape {
  /** Whether some provider is known to write errors so. */
  readonly isKnown: boolean;
  /** A text without any code or type: what stands between writes errors so, too (Kong, AWS). */
  readonly isBare: boolean;
  /** Every code and type that it has, as it stands there. */
  readonly codes: readonly string[];
  /** The model has put out something, or tokens are counted, before it went wrong. */
  readonly hasOutput: boolean;
}

type Fields = Readonly<Record<string, unknown>>;

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Reads an error in any shape that a provider is known to use. Undefined for what is no JSON object, or
 * not a whole one: a page, a text, an empty body.
 *
 * - OpenAI and most others: `{"error": {"message", "type", "code"}}`; xAI: `{"code", "error": "…"}`;
 * - Anthropic: `{"type": "error", "error": {"type", "message"}}`;
 * - Google: `{"error": {"code", "message", "status"}}`, and the same as the one element of a list;
 * - vLLM and Mistral: `{"object": "error", "message", "code"}`; FastAPI: `{"detail"}`; others: `{"message"}`, `{"errors": […]}`.
 */
export function readErrorShape(body: Uint8Array): ErrorShape | undefined {
  const value = parse(body);
  const listed = Array.isArray(value) && value.length === 1 ? (value[0] as unknown) : value;
  if (!isFields(listed)) return undefined;
  const { error } = listed;
  // A list is Google's alone.
  if (listed !== value && !isFields(error)) return undefined;
  const inner = isFields(error) ? error : {};
  const isKnown = isFields(error)
    ? hasText(error, ['message', 'type', 'code', 'status'])
    : listed['object'] === 'error' ||
      hasText(listed, ['error', 'message', 'detail']) ||
      hasList(listed['detail'], listed['errors']);
  return {
    isKnown,
    isBare: !isFields(error) && !hasAny(listed, ['code', 'type', 'object', 'errors']),
    codes: [...codesOf(listed), ...codesOf(inner), ...xaiCodes(listed)],
    hasOutput: hasOutput(listed) || hasOutput(inner),
  };
}

function parse(body: Uint8Array): unknown {
  try {
    return JSON.parse(utf8.decode(body));
  } catch {
    return undefined;
  }
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function hasText(fields: Fields, names: readonly string[]): boolean {
  return names.some((name) => typeof fields[name] === 'string' && fields[name] !== '');
}

function hasAny(fields: Fields, names: readonly string[]): boolean {
  return names.some((name) => fields[name] !== undefined && fields[name] !== null);
}

/** FastAPI's `detail` is a list, or a map, where the request was not as it should be. */
function hasList(detail: unknown, errors: unknown): boolean {
  const isDetail = isFields(detail) || (Array.isArray(detail) && detail.length > 0);
  return isDetail || (Array.isArray(errors) && errors.length > 0);
}

function codesOf(fields: Fields): string[] {
  const inner = isFields(fields['innererror']) ? fields['innererror'] : {};
  const all = [fields['code'], fields['type'], fields['status'], inner['code']];
  return all.filter((code) => typeof code === 'string');
}

/** xAI says what was violated in its text alone; the code there is a sentence, or the permission. */
function xaiCodes({ error }: Fields): string[] {
  return typeof error === 'string' && /usage guidelines/i.test(error) ? ['usage_guidelines'] : [];
}

/** Groq's `failed_generation` is what the model put out; the others would stand in an answer. */
function hasOutput(fields: Fields): boolean {
  const { usage, failed_generation: failed } = fields;
  const hasUsage =
    isFields(usage) && Object.values(usage).some((count) => typeof count === 'number' && count > 0);
  const hasContent = [fields['choices'], fields['output'], fields['content']].some(
    (list) => Array.isArray(list) && list.length > 0,
  );
  return hasUsage || hasContent || (typeof failed === 'string' && failed !== '');
}
