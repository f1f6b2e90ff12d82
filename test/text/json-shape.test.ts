import { describe, expect, it } from 'vitest';
import { beyond, type JsonShape } from '../../src/text/json-shape.js';
import { fc } from '../support/property.js';

const bytes = (text: string) => new TextEncoder().encode(text);
const LIMITS: JsonShape = { depth: 64, values: 500, members: 100 };

/** The plain definition, over the parsed value; an empty list or object counts for two values. */
function shapeOf(value: unknown): JsonShape {
  if (typeof value !== 'object' || value === null) return { depth: 0, values: 1, members: 0 };
  const inner = Object.values(value).map(shapeOf);
  const sum = (of: 'values' | 'members') => inner.reduce((total, shape) => total + shape[of], 0);
  return {
    depth: 1 + Math.max(0, ...inner.map(({ depth }) => depth)),
    values: 1 + Math.max(1, sum('values')),
    members: (Array.isArray(value) ? 0 : inner.length) + sum('members'),
  };
}

describe('the shape of a JSON text', () => {
  it('is that of its value, whatever its strings hold', () => {
    const signs = fc.string({ unit: fc.constantFrom(...'[]{}",:\\aä') });
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 6 },
        signs,
        fc.integer(),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(signs, tie('value'), { maxKeys: 3 }),
      ),
    }));
    fc.assert(
      fc.property(value, (json) => {
        const shape = shapeOf(json);
        const text = bytes(JSON.stringify(json));
        expect(beyond(text, shape)).toBeUndefined();
        for (const of of ['depth', 'values', 'members'] as const) {
          if (shape[of] > (of === 'values' ? 1 : 0)) {
            expect(beyond(text, { ...shape, [of]: shape[of] - 1 })).toBe(of);
          }
        }
      }),
    );
  });

  it('is told of megabytes by what comes first, and of a string that never ends', () => {
    expect(beyond(bytes('['.repeat(10_000_000)), LIMITS)).toBe('depth');
    expect(beyond(bytes(`[${'{},'.repeat(1_000_000)}`), LIMITS)).toBe('values');
    expect(beyond(bytes(`{${'"a":1,'.repeat(1_000_000)}`), LIMITS)).toBe('members');
    expect(beyond(bytes(`"${'[,:'.repeat(1_000)}`), LIMITS)).toBeUndefined();
    expect(beyond(bytes('"\\'), LIMITS)).toBeUndefined();
  });
});
