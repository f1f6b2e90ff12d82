import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

/** Runs the built core where nothing that only Node has is in reach. */
const PROGRAM = `
  const { writeSync } = await import('node:fs');
  for (const name of ['Buffer', 'process', 'global', 'setImmediate', 'atob', 'btoa']) {
    delete globalThis[name];
  }
  const core = await import(MODULE);
  const random = Uint8Array.from({ length: 36 }, (_, i) => (i * i * 7 + 3) & 0xff);
  const ring = core.parseKeyRing(core.formatKeyRing(core.newKeyRing({ random, nowMs: 0 })));
  const rootId = core.newRootId(random.subarray(0, 16));
  const minted = core.mintMacaroon({ ring, tenant: 'main', rootId, caveats: ['holder = a'] });
  const child = core.attenuate(minted, ['budget = 1 credits']);
  const { caveats } = core.verifyMacaroon(child, ring, core.portableCrypto);
  writeSync(1, JSON.stringify([core.decodeMacaroon(child).unprovedCaveats, caveats]));
`;

it('the core needs nothing of Node', () => {
  const module = fileURLToPath(new URL('../../dist/src/macaroon/index.js', import.meta.url));
  const program = PROGRAM.replace('MODULE', JSON.stringify(module));
  const output = execFileSync(process.execPath, ['--input-type=module', '-e', program], {
    encoding: 'utf8',
  });
  const caveats = ['holder = a', 'budget = 1 credits'];
  expect(JSON.parse(output)).toEqual([caveats, caveats]);
});
