import type { AskedTool, ToolChoice } from './say.js';

type Fields = Readonly<Record<string, unknown>>;

/** Of tools as chat completions have them (`function` inside), and as responses do (flat). */
export function readTools(tools: unknown): AskedTool[] {
  if (!Array.isArray(tools)) return [];
  return tools.flatMap((tool: unknown) => {
    const { type, ...flat } = fieldsOf(tool);
    if (type !== 'function' && type !== 'custom') return [];
    const { name, parameters } = fieldsOf(flat[type] ?? flat);
    return typeof name === 'string' ? [{ name, kind: type, schema: parameters }] : [];
  });
}

/** A word, or a tool by its name; of several that are allowed, whether one is required. */
export function readChoice(choice: unknown): ToolChoice {
  if (choice === 'none' || choice === 'required') return choice;
  const { type, mode, name, ...fields } = fieldsOf(choice);
  if (type === 'allowed_tools') {
    return (mode ?? fieldsOf(fields['allowed_tools'])['mode']) === 'required' ? 'required' : 'auto';
  }
  const named = name ?? fieldsOf(fields['function'] ?? fields['custom'])['name'];
  return typeof named === 'string' ? { name: named } : 'auto';
}

export function fieldsOf(value: unknown): Fields {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject ? (value as Fields) : {};
}
