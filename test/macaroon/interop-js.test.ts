import { importMacaroon, type Macaroon, newMacaroon } from 'macaroon';
import { describe, expect, it } from 'vitest';
import { nodeCrypto } from '../../gateway/crypto.js';
import {
  attenuate,
  decodeMacaroon,
  formatIdentifier,
  mintingKey,
  verifyMacaroon,
} from '../../src/macaroon/index.js';
import { macaroonKey } from '../../src/macaroon/macaroon-key.js';
import { fc } from '../support/property.js';
import { caveats, line, mint, ring, rootId, toWire } from './fixtures.js';

const { kid, secret } = mintingKey(ring);
const identifier = formatIdentifier({ kid, tenant: 'main', rootId });
const key = macaroonKey(secret, Buffer.from(identifier), nodeCrypto);
const lines = fc.array(line, { maxLength: 12 });

const prove = (text: string) => verifyMacaroon(text, ring, nodeCrypto).caveats;

/** Their JSON on our wire. */
const exported = (theirs: Macaroon) => toWire(JSON.stringify(theirs.exportJSON()));

describe('with the npm package macaroon', () => {
  it('ours is verified by theirs, with the same caveats and signature', () => {
    fc.assert(
      fc.property(lines, (conditions) => {
        const ours = mint(conditions);
        const theirs = importMacaroon(ours);
        expect(toWire(theirs.signature)).toBe(toWire(decodeMacaroon(ours).signature));
        const seen: string[] = [];
        const accept = (condition: string) => {
          seen.push(condition);
          return null;
        };
        theirs.verify(key, accept, []);
        expect(seen).toEqual(conditions);
      }),
    );
  });

  it('ours attenuated by theirs is what ours attenuated by ours is', () => {
    fc.assert(
      fc.property(lines, lines, (before, added) => {
        const ours = mint(before);
        const theirs = importMacaroon(ours);
        for (const condition of added) theirs.addFirstPartyCaveat(condition);
        const text = exported(theirs);
        expect(prove(text)).toEqual([...before, ...added]);
        // Attenuating with nothing reads their JSON and writes our binary.
        expect(attenuate(text, [])).toBe(attenuate(ours, added, nodeCrypto));
      }),
    );
  });

  it.each(['', 'https://example.org/'])(
    'theirs, minted at %j, is attenuated by ours',
    (location) => {
      fc.assert(
        fc.property(lines, lines, (before, added) => {
          const theirs = newMacaroon({ identifier, location, rootKey: key, version: 2 });
          for (const condition of before) theirs.addFirstPartyCaveat(condition);
          const ours = attenuate(exported(theirs), added);
          expect(prove(ours)).toEqual([...before, ...added]);
          expect(ours).toBe(mint([...before, ...added]));
          importMacaroon(ours).verify(key, () => null, []);
        }),
      );
    },
  );

  it('its binary is read, as long as it can write one', () => {
    const location = 'https://example.org/';
    const theirs = newMacaroon({ identifier, location, rootKey: key, version: 2 });
    theirs.addFirstPartyCaveat('a = b');
    expect(prove(toWire(theirs.exportBinary()))).toEqual(['a = b']);
    for (const condition of caveats) theirs.addFirstPartyCaveat(condition);
    expect(() => theirs.exportBinary()).toThrow(RangeError);
  });
});
