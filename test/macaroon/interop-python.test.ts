import { beforeAll, describe, expect, it } from 'vitest';
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
import { fromWire, line, mint, ring, rootId, toWire } from './fixtures.js';
import { runPython } from './pymacaroons.js';

const { kid, secret } = mintingKey(ring);
const identifier = formatIdentifier({ kid, tenant: 'main', rootId });
const key = macaroonKey(secret, Buffer.from(identifier), nodeCrypto);

/** One process for many cases: each takes a macaroon and conditions to append. */
const PROGRAM = `
import base64, json, sys
from pymacaroons import Macaroon, Verifier
from pymacaroons.serializers import JsonSerializer

task = json.load(sys.stdin)
key = base64.b64decode(task['key'])
answers = []
for case in task['cases']:
    ours = Macaroon.deserialize(case['macaroon'])
    verifier = Verifier()
    verifier.satisfy_general(lambda condition: True)
    minted = Macaroon(location=case['location'], identifier=task['identifier'], key=key, version=2)
    for condition in case['before']:
        minted.add_first_party_caveat(condition)
    verified = verifier.verify(ours, key)
    for condition in case['added']:
        ours.add_first_party_caveat(condition)
    answers.append({
        'verified': verified,
        'binary': ours.serialize(),
        'json': ours.serialize(serializer=JsonSerializer()),
        'minted': minted.serialize(),
    })
print(json.dumps(answers))
`;

interface Answer {
  readonly verified: boolean;
  readonly binary: string;
  readonly json: string;
  readonly minted: string;
}

const cases = fc.sample(
  fc.record({
    before: fc.array(line, { maxLength: 8 }),
    added: fc.array(line, { minLength: 1, maxLength: 8 }),
    location: fc.constantFrom('', 'https://example.org/'),
  }),
  200,
);

describe('with pymacaroons', () => {
  let answers: readonly Answer[] = [];
  beforeAll(() => {
    answers = runPython(PROGRAM, {
      key: Buffer.from(key).toString('base64'),
      identifier,
      cases: cases.map((one) => ({ ...one, macaroon: mint(one.before) })),
    }) as Answer[];
    expect(answers.length).toBe(cases.length);
  });

  const prove = (text: string) => verifyMacaroon(text, ring, nodeCrypto).caveats;

  it('ours is verified by theirs', () => {
    expect(answers.every(({ verified }) => verified)).toBe(true);
  });

  it('ours attenuated by theirs, in binary and in JSON, is what ours attenuated by ours is', () => {
    cases.forEach(({ before, added }, index) => {
      const { binary = '', json = '' } = answers[index] ?? {};
      const ours = attenuate(mint(before), added);
      // They write an empty location where we write none: the parts are the same, the bytes not.
      expect(fromWire(binary).subarray(0, 3)).toEqual(Buffer.of(2, 1, 0));
      expect(decodeMacaroon(binary)).toEqual(decodeMacaroon(ours));
      expect(prove(binary)).toEqual([...before, ...added]);
      expect(prove(toWire(json))).toEqual([...before, ...added]);
      expect(attenuate(binary, [])).toBe(ours);
      expect(attenuate(toWire(json), [])).toBe(ours);
    });
  });

  it('theirs is attenuated by ours', () => {
    cases.forEach(({ before, added }, index) => {
      const { minted = '' } = answers[index] ?? {};
      expect(attenuate(minted, added)).toBe(attenuate(mint(before), added));
    });
  });
});
