import { describe, expect, it } from 'vitest';
import { inOrderOfTime, newReservationId, parseReservationId } from '../../src/ledger/ids.js';
import { fc, runs } from '../support/property.js';

const TENANT = 'main';
const ROOT = '0'.repeat(32);
const bytes = fc.uint8Array({ minLength: 16, maxLength: 16 });
const instant = fc.integer({ min: 0, max: 2 ** 48 - 1 });

describe('a new reservation id', () => {
  it('says which root it belongs to', () => {
    fc.assert(
      fc.property(bytes, (random) => {
        const id = newReservationId(TENANT, ROOT, random);
        expect(parseReservationId(id)).toEqual({ tenant: TENANT, rootId: ROOT });
      }),
      { numRuns: runs(200) },
    );
  });

  it('stands after every id that was made earlier', () => {
    fc.assert(
      fc.property(bytes, bytes, instant, instant, (a, b, first, second) => {
        fc.pre(first < second);
        const [before, after] = [inOrderOfTime(a, first), inOrderOfTime(b, second)];
        expect(newReservationId(TENANT, ROOT, before) < newReservationId(TENANT, ROOT, after)).toBe(
          true,
        );
      }),
      { numRuns: runs(200) },
    );
  });

  it('keeps the last 80 bits as random as they came, and leaves the bytes that it was given', () => {
    fc.assert(
      fc.property(bytes, instant, (random, nowMs) => {
        const given = random.slice();
        expect(inOrderOfTime(random, nowMs).subarray(6)).toEqual(given.subarray(6));
        expect(random).toEqual(given);
      }),
      { numRuns: runs(200) },
    );
  });
});
