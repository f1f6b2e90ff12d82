import { expect, it } from 'vitest';
import { createRandomPool } from '../../gateway/random-pool.js';

it('gives no byte out twice: ten thousand ids, all different, of any length asked', () => {
  const randomBytes = createRandomPool();
  const ids = Array.from({ length: 10_000 }, () => Buffer.from(randomBytes(16)).toString('hex'));
  expect(new Set(ids).size).toBe(10_000);
  expect(randomBytes(5_000)).toHaveLength(5_000);
  expect(new Set(randomBytes(4_096)).size).toBeGreaterThan(200);
});
