import { describe, expect, it } from 'vitest';
import { isDeeperThan } from '../../src/text/json-depth.js';
import { fc } from '../support/property.js';

const bytes = (text: string) => new TextEncoder().encode(text);

/** The plain definition, over the parsed value. */
function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}

describe('the depth of a JSON text', () => {
  it('is that of its value, whatever its strings hold', () => {
    const brackets = fc.string({ unit: fc.constantFrom('[', ']', '{', '}', '"', '\\', 'a', 'ä') });
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 6 },
        brackets,
        fc.integer(),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(brackets, tie('value'), { maxKeys: 3 }),
      ),
    }));
    fc.assert(
      fc.property(value, (json) => {
        const depth = depthOf(json);
        const text = bytes(JSON.stringify(json));
        expect(isDeeperThan(text, depth)).toBe(false);
        if (depth > 0) expect(isDeeperThan(text, depth - 1)).toBe(true);
      }),
    );
  });

  it('is told of ten megabytes of brackets by the first few, and of a string that never ends', () => {
    expect(isDeeperThan(bytes('['.repeat(10_000_000)), 64)).toBe(true);
    expect(isDeeperThan(bytes(`"${'['.repeat(1_000)}`), 64)).toBe(false);
    expect(isDeeperThan(bytes('"\\'), 64)).toBe(false);
  });
});
