const MAX_DEPTH = 8;

type Schema = Readonly<Record<string, unknown>>;

/**
 * A value that a JSON schema allows, always the same: what the sandbox passes to a tool, or answers
 * where a structure is asked for. Of keywords it knows the usual ones; a pattern is not heeded.
 */
export function sampleOf(schema: unknown): unknown {
  return sample(schema, schema, 0);
}

function sample(schema: unknown, root: unknown, depth: number): unknown {
  if (!isSchema(schema) || depth > MAX_DEPTH) return 'sandbox';
  const { $ref, default: preset, examples } = schema;
  if ('const' in schema) return schema['const'];
  if (Array.isArray(schema['enum'])) return schema['enum'][0];
  if (preset !== undefined) return preset;
  if (Array.isArray(examples) && examples.length > 0) return examples[0];
  if (typeof $ref === 'string') return sample(resolve($ref, root), root, depth + 1);
  for (const name of ['anyOf', 'oneOf', 'allOf']) {
    const choices = schema[name];
    if (Array.isArray(choices)) return sample(choices[0], root, depth + 1);
  }
  return ofType(schema, root, depth);
}

function ofType(schema: Schema, root: unknown, depth: number): unknown {
  switch (typeOf(schema)) {
    case 'object':
      return ofObject(schema, root, depth);
    case 'array':
      return ofArray(schema, root, depth);
    case 'integer':
    case 'number':
      return numberOf(schema['minimum']) ?? 1;
    case 'boolean':
      return true;
    case 'null':
      return null;
    default:
      return 'sandbox'.padEnd(numberOf(schema['minLength']) ?? 0, '.');
  }
}

/** Of several, the first. */
function typeOf(schema: Schema): unknown {
  const { type } = schema;
  if (Array.isArray(type)) return type[0];
  return type ?? (isSchema(schema['properties']) ? 'object' : undefined);
}

function ofObject(schema: Schema, root: unknown, depth: number): Record<string, unknown> {
  const properties = isSchema(schema['properties']) ? schema['properties'] : {};
  const { required } = schema;
  const names = Array.isArray(required) ? required.map(String) : Object.keys(properties);
  return Object.fromEntries(names.map((name) => [name, sample(properties[name], root, depth + 1)]));
}

function ofArray(schema: Schema, root: unknown, depth: number): unknown[] {
  const length = Math.min(numberOf(schema['minItems']) ?? 1, MAX_DEPTH);
  return Array.from({ length }, () => sample(schema['items'], root, depth + 1));
}

/** Within the same document: `#/$defs/person`. */
function resolve(ref: string, root: unknown): unknown {
  const steps = ref.split('/').slice(1);
  return steps.reduce<unknown>((at, step) => (isSchema(at) ? at[step] : undefined), root);
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}
