import { describe, expect, it } from 'vitest';
import {
  type Genesis,
  type Ledger,
  MAX_REVOKED_MACAROONS,
  type RevocationsDiffer,
} from '../../../src/ledger/contract.js';
import { foldJournal } from '../../../src/ledger/rules/fold.js';
import { FAR_MS, genesis, opened, path, request, rootOf, verdict } from '../fixtures.js';
import type { Subject } from '../subject.js';

const actor = 'alice\n';
const PRINT = 'ab'.repeat(16);
const print = (n: number) => n.toString(16).padStart(32, '0');

/** DESIGN §3, rule 9: one macaroon is revoked, whoever has seen it and at whichever gateway. */
export function revocationLaws({ open, openTwo, time }: Subject): void {
  const revoke = (ledger: Ledger, of: Genesis, fingerprint = PRINT, expiresAtMs?: number) =>
    ledger.revokeMacaroon({
      root: rootOf(of),
      fingerprint,
      actor,
      ...(expiresAtMs !== undefined && { expiresAtMs }),
    });

  /** What the store has, as it tells whoever asks with another number. */
  async function numberOf(ledger: Ledger, of: Genesis): Promise<RevocationsDiffer> {
    const outcome = await ledger.activate({ ...request(of), revocations: 999_999 });
    if (outcome.status !== 'refused' || outcome.reason !== 'revocations_differ') {
      throw new Error(`found ${JSON.stringify(outcome)}, expected revocations_differ`);
    }
    return outcome;
  }

  describe('a revoked macaroon', () => {
    it('is told, at every gateway, to whoever has not seen it: reserve, replay and activate', async () => {
      const [one, two] = await openTwo();
      const root = await opened(one);
      const below = () => request(root, { path: path(root, ['a']) });
      const before = below();
      expect(verdict(await two.reserve(before))).toBe('held');
      expect(await revoke(one, root)).toEqual({
        status: 'done',
        replayed: false,
        expiresAtMs: FAR_MS,
      });
      for (const ledger of [one, two]) {
        const told = await ledger.reserve(below());
        expect(told).toMatchObject({
          status: 'refused',
          reason: 'revocations_differ',
          account: rootOf(root),
          fingerprints: [PRINT],
        });
        // A repeat is a use of the macaroon, too.
        expect(await ledger.reserve(before)).toEqual(told);
        expect(await ledger.activate(below())).toEqual(told);
        const { number: revocations } = told as RevocationsDiffer;
        expect(verdict(await ledger.reserve({ ...below(), revocations }))).toBe('held');
        expect(await ledger.reserve({ ...before, revocations })).toMatchObject({ replayed: true });
        const activated = await ledger.activate({ ...below(), revocations });
        expect(activated.status).toBe('activated');
      }
    });

    it('ends and extends no hold of its caller; the gateway does', async () => {
      const ledger = await open();
      const root = await opened(ledger);
      const account = `${rootOf(root)}/a`;
      const asked = () => request(root, { path: path(root, ['a']), owner: 'caller' });
      const [first, second, third] = [asked(), asked(), asked()];
      for (const hold of [first, second, third]) await ledger.reserve(hold);
      await revoke(ledger, root);
      const told = await numberOf(ledger, root);
      const cost = first.cost.least;
      const by = { kind: 'caller', account } as const;
      const { reservation } = first;
      expect(await ledger.settle({ reservation, cost, by })).toEqual(told);
      expect(await ledger.release({ reservation, by })).toEqual(told);
      expect(await ledger.extend({ reservation, ttlMs: 60_000, by })).toEqual(told);
      const seen = { ...by, revocations: told.number };
      expect((await ledger.extend({ reservation, ttlMs: 60_000, by: seen })).status).toBe(
        'extended',
      );
      expect(verdict(await ledger.settle({ reservation, cost, by: seen }))).toBe('settled');
      const own = { reservation: second.reservation, by: seen };
      expect(verdict(await ledger.release(own))).toBe('released');
      expect(verdict(await ledger.settle({ reservation: third.reservation, cost }))).toBe(
        'settled',
      );
      const outside = { reservation, cost, by: { kind: 'caller', account: 'main/none' } } as const;
      await expect(ledger.settle(outside)).rejects.toThrow('main/none');
    });

    it('stays until it expires, and the same again changes nothing', async () => {
      const ledger = await open();
      const root = await opened(ledger);
      const soon = time.now() + 3_600_000;
      await revoke(ledger, root, PRINT, soon);
      const { number } = await numberOf(ledger, root);
      const again = { status: 'done', replayed: true, expiresAtMs: soon };
      expect(await revoke(ledger, root, PRINT, soon)).toEqual(again);
      expect(await revoke(ledger, root, PRINT, soon - 1)).toEqual(again);
      expect(await numberOf(ledger, root)).toMatchObject({ number, fingerprints: [PRINT] });
      expect(await revoke(ledger, root, PRINT, soon + 1)).toMatchObject({ replayed: false });
      await revoke(ledger, root, print(1));
      const after = await numberOf(ledger, root);
      expect(after.number).toBeGreaterThan(number + 1);
      expect(after.fingerprints).toEqual([PRINT, print(1)]);
      // Nothing else of the root says otherwise.
      await ledger.reserve({ ...request(root), revocations: after.number });
      expect(await numberOf(ledger, root)).toEqual(after);
    });

    it('is refused where it makes no difference: expired, or of no root', async () => {
      const ledger = await open();
      const root = await opened(ledger);
      const expired = { status: 'refused', reason: 'expired' };
      expect(await revoke(ledger, root, PRINT, time.now() - 1)).toEqual(expired);
      expect(await revoke(ledger, genesis())).toEqual({
        status: 'refused',
        reason: 'root_unknown',
      });
      expect(verdict(await ledger.reserve(request(root)))).toBe('held');
      for (const wrong of ['AB'.repeat(16), 'ab', '']) {
        await expect(revoke(ledger, root, wrong)).rejects.toThrow('fingerprint');
      }
      const leaf = { root: `${rootOf(root)}/a`, fingerprint: PRINT, actor };
      await expect(ledger.revokeMacaroon(leaf)).rejects.toThrow('TENANT/ROOTID');
    });

    it('is one of at most 1,000; those that have expired make room', async () => {
      const ledger = await open();
      const root = await opened(ledger);
      for (let n = 1; n < MAX_REVOKED_MACAROONS; n++) await revoke(ledger, root, print(n));
      const soon = time.now() + 500;
      await revoke(ledger, root, PRINT, soon);
      const full = { status: 'refused', reason: 'too_many_revocations' };
      const early = await revoke(ledger, root, print(0));
      if (time.now() < soon) expect(early).toEqual(full);
      // One that is there already takes no more room.
      expect(await revoke(ledger, root, print(1))).toMatchObject({ replayed: true });
      await time.pass(Math.max(1, soon + 1 - time.now()));
      expect(await revoke(ledger, root, print(0))).toMatchObject({ status: 'done' });
      expect(await revoke(ledger, root, print(5_000))).toEqual(full);
      const { fingerprints } = await numberOf(ledger, root);
      expect(fingerprints).toHaveLength(MAX_REVOKED_MACAROONS);
      expect(fingerprints).not.toContain(PRINT);
    });

    it('is journaled with who did it, and the journal folded has it', async () => {
      const ledger = await open();
      const root = await opened(ledger);
      await revoke(ledger, root);
      const { entries } = await ledger.journal({ tenant: 'main', after: 0, max: 9 });
      expect(entries.at(-1)?.entry).toMatchObject({
        kind: 'macaroon_revoked',
        account: rootOf(root),
        fingerprint: PRINT,
        expiresAtMs: FAR_MS,
        actor,
      });
      const { number } = await numberOf(ledger, root);
      expect(foldJournal(entries.map(({ entry }) => entry)).root.revocations).toEqual({
        number,
        macaroons: [{ fingerprint: PRINT, expiresAtMs: FAR_MS }],
      });
    });
  });
}
