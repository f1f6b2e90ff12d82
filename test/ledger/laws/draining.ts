import { describe, expect, it } from 'vitest';
import { type JournalHead, type Ledger, MIN_LEASE_MS } from '../../../src/ledger/contract.js';
import { opened, request } from '../fixtures.js';
import type { Subject } from '../subject.js';

const START: JournalHead = { number: 0, hash: '' };
const at = (number: number): JournalHead => ({
  number,
  hash: number.toString(16).padStart(64, '0'),
});
const A = { tenant: 'main', holder: 'gateway-a' };
const B = { tenant: 'main', holder: 'gateway-b' };
const LONG = { ttlMs: 60_000 };

/** One root and `holds` holds: so many entries and one. */
async function withEntries(ledger: Ledger, holds: number): Promise<void> {
  const root = await opened(ledger);
  for (let i = 0; i < holds; i++) await ledger.reserve(request(root));
}

const headOf = async (ledger: Ledger, tenant = 'main') =>
  (await ledger.journal({ tenant, after: 0, max: 1 })).head;

/** How a journal leaves the store: one drainer, a head that only goes on, nothing trimmed past it. */
export function drainingLaws({ open, time }: Subject): void {
  describe('the lease of a journal', () => {
    it('is one holder’s until it is given up, and renewed at will; tenants are apart', async () => {
      const ledger = await open();
      const granted = { status: 'granted', head: START };
      expect(await ledger.lease({ ...A, ...LONG })).toEqual(granted);
      expect(await ledger.lease({ ...A, ...LONG })).toEqual(granted);
      const refused = await ledger.lease({ ...B, ...LONG });
      expect(refused).toMatchObject({ status: 'refused', reason: 'taken' });
      expect(await ledger.lease({ ...B, ttlMs: 0 })).toMatchObject({ status: 'refused' });
      expect(await ledger.lease({ ...B, tenant: 'acme', ...LONG })).toEqual(granted);
      expect(await ledger.lease({ ...A, ttlMs: 0 })).toEqual({ status: 'given_up' });
      expect(await ledger.lease({ ...B, ...LONG })).toEqual(granted);
      expect(await ledger.lease({ ...A, ...LONG })).toMatchObject({ status: 'refused' });
    });

    it('of many who ask at once, one has it', async () => {
      const ledger = await open();
      const asked = await Promise.all(
        Array.from({ length: 20 }, (_, i) =>
          ledger.lease({ tenant: 'main', holder: `gateway-${i}`, ...LONG }),
        ),
      );
      expect(asked.filter(({ status }) => status === 'granted')).toHaveLength(1);
    });

    it('ends by itself', async () => {
      const ledger = await open();
      await ledger.lease({ ...A, ttlMs: MIN_LEASE_MS });
      expect(await ledger.lease({ ...B, ...LONG })).toMatchObject({ reason: 'taken' });
      await time.pass(MIN_LEASE_MS + 50);
      expect(await ledger.lease({ ...B, ...LONG })).toMatchObject({ status: 'granted' });
    });

    it.each([
      ['holder', { holder: '' }],
      ['holder', { holder: 'a b' }],
      ['holder', { holder: 'x'.repeat(65) }],
      ['ttlMs', { ttlMs: 999 }],
      ['ttlMs', { ttlMs: 300_001 }],
      ['ttlMs', { ttlMs: -1 }],
      ['ttlMs', { ttlMs: 1_000.5 }],
      ['ttlMs', { ttlMs: Number.NaN }],
      ['tenant', { tenant: 'Main' }],
    ])('a malformed %s is named: %j', async (field, change) => {
      const ledger = await open();
      const asked = ledger.lease({ ...A, ...LONG, ...change });
      await expect(asked).rejects.toThrow(new RegExp(`${field}.*found.*expected`, 's'));
    });
  });

  describe('the head of a journal', () => {
    it('goes on for the holder alone, from where it is, up to the last entry', async () => {
      const ledger = await open();
      await withEntries(ledger, 3);
      const moving = { ...A, from: START, to: at(2) };
      expect(await ledger.moveHead(moving)).toMatchObject({ reason: 'not_holder' });
      await ledger.lease({ ...A, ...LONG });
      expect(await ledger.moveHead({ ...moving, ...B })).toMatchObject({ reason: 'not_holder' });
      expect(await ledger.moveHead({ ...moving, from: at(1) })).toMatchObject({
        reason: 'head_moved',
      });
      expect(await ledger.moveHead({ ...moving, to: at(5) })).toMatchObject({
        reason: 'past_end',
      });
      expect(await headOf(ledger)).toEqual(START);
      expect(await ledger.moveHead(moving)).toEqual({ status: 'moved' });
      expect(await ledger.moveHead(moving)).toEqual({ status: 'moved' });
      expect(await headOf(ledger)).toEqual(at(2));
      const fork = { ...moving, from: at(2), to: { ...at(4), hash: 'f'.repeat(64) } };
      expect(await ledger.moveHead(fork)).toEqual({ status: 'moved' });
      expect(await ledger.moveHead({ ...fork, to: at(4) })).toMatchObject({
        reason: 'head_moved',
      });
    });

    it('is told to whoever takes over, and not moved by who had the lease before', async () => {
      const ledger = await open();
      await withEntries(ledger, 3);
      await ledger.lease({ ...A, ttlMs: LONG.ttlMs });
      await ledger.moveHead({ ...A, from: START, to: at(1) });
      await ledger.lease({ ...A, ttlMs: 0 });
      const granted = { status: 'granted', head: at(1) };
      expect(await ledger.lease({ ...B, ...LONG })).toEqual(granted);
      const late = await ledger.moveHead({ ...A, from: at(1), to: at(3) });
      expect(late).toMatchObject({ reason: 'not_holder' });
      expect(await ledger.moveHead({ ...B, from: at(1), to: at(3) })).toEqual({ status: 'moved' });
    });

    it('nothing past it is trimmed', async () => {
      const ledger = await open();
      await withEntries(ledger, 3);
      expect(await ledger.trimJournal({ tenant: 'main', through: 4 })).toBe(0);
      await ledger.lease({ ...A, ...LONG });
      await ledger.moveHead({ ...A, from: START, to: at(2) });
      expect(await ledger.trimJournal({ tenant: 'main', through: 4 })).toBe(2);
      const { entries, trimmedThrough } = await ledger.journal({
        tenant: 'main',
        after: 0,
        max: 10,
      });
      expect(entries.map(({ number }) => number)).toEqual([3, 4]);
      expect(trimmedThrough).toBe(2);
    });

    it.each([
      ['from.number', { from: { number: -1, hash: '' } }],
      ['from.hash', { from: { number: 0, hash: 'a'.repeat(64) } }],
      ['to.hash', { to: { number: 1, hash: 'A'.repeat(64) } }],
      ['to.hash', { to: { number: 1, hash: '' } }],
      ['to', { from: at(2) }],
      ['to.number', { to: { ...at(1), number: 2 ** 53 } }],
      ['holder', { holder: 'a/b' }],
    ])('a malformed %s is named: %j', async (field, change) => {
      const ledger = await open();
      const asked = ledger.moveHead({ ...A, from: START, to: at(2), ...change });
      await expect(asked).rejects.toThrow(new RegExp(`${field}.*found.*expected`, 's'));
    });
  });
}
