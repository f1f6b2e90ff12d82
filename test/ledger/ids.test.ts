import { describe, expect, it } from 'vitest';
import { newReservationId, parseReservationId } from '../../src/ledger/ids.js';
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

  it('says it whatever id was read before', () => {
    const tenants = fc.constantFrom('main', 'test', 'a');
    const roots = fc.constantFrom(ROOT, 'f'.repeat(32));
    fc.assert(
      fc.property(fc.array(fc.tuple(tenants, roots, bytes)), (ids) => {
        for (const [tenant, rootId, random] of ids) {
          const id = newReservationId(tenant, rootId, random);
          expect(parseReservationId(id)).toEqual({ tenant, rootId });
          expect(parseReservationId(id.slice(-32))).toBeUndefined();
        }
      }),
      { numRuns: runs(200) },
    );
  });

  it('is none with one character more, less or another that does not belong there', () => {
    const id = newReservationId(TENANT, ROOT, new Uint8Array(16));
    const names = (its: string) => /^r1\.[a-z0-9-]{1,32}\.[0-9a-f]{32}\.[0-9a-f]{32}$/.test(its);
    const character = fc.constantFrom('', '0', 'f', 'g', 'F', '.', '-', ' ', '\n', 'é', '00');
    fc.assert(
      fc.property(fc.nat(id.length), fc.nat(1), character, (at, instead, put) => {
        const changed = id.slice(0, at) + put + id.slice(at + instead);
        const [, tenant, rootId] = changed.split('.');
        expect(parseReservationId(changed)).toEqual(
          names(changed) ? { tenant, rootId } : undefined,
        );
      }),
      { numRuns: runs(2_000) },
    );
  });

  it('stands after every id that was made earlier', () => {
    fc.assert(
      fc.property(bytes, bytes, instant, instant, (a, b, first, second) => {
        fc.pre(first < second);
        const before = newReservationId(TENANT, ROOT, a, first);
        expect(before < newReservationId(TENANT, ROOT, b, second)).toBe(true);
      }),
      { numRuns: runs(200) },
    );
  });

  it('ends in its bytes as they came: all of them, or those behind the time', () => {
    const hex = (its: Uint8Array) => Buffer.from(its).toString('hex');
    fc.assert(
      fc.property(bytes, instant, (random, nowMs) => {
        const given = random.slice();
        const time = nowMs.toString(16).padStart(12, '0');
        const begin = `r1.${TENANT}.${ROOT}.`;
        expect(newReservationId(TENANT, ROOT, random)).toBe(`${begin}${hex(given)}`);
        expect(newReservationId(TENANT, ROOT, random, nowMs)).toBe(
          `${begin}${time}${hex(given.subarray(6))}`,
        );
        expect(random).toEqual(given);
      }),
      { numRuns: runs(200) },
    );
  });
});
