// Keeps a ledger busy: so many reservations in flight, each settled as soon as it is held.
import { createRandomPool } from '../../dist/gateway/random-pool.js';
import { newReservationId } from '../../dist/src/ledger/index.js';

const CREDIT = 1_000_000;
const FAR_MS = 4_102_444_800_000;
export const IN_FLIGHT = 64;

const randomBytes = createRandomPool();

/** @typedef {import('../../dist/src/ledger/index.js').Ledger} Ledger */
/** @typedef {import('../../dist/src/ledger/index.js').Genesis} Genesis */

/** @param {string} digit @returns {Genesis} a root whose budget no run reaches */
export function genesisOf(digit) {
  return {
    tenant: 'main',
    rootId: digit.repeat(32),
    kid: 'k1',
    holder: 'operator',
    limits: [limit(1_000_000_000)],
    expiresAtMs: FAR_MS,
    labels: { team: 'ml' },
  };
}

/** @param {number} credits */
function limit(credits) {
  return {
    unit: /** @type {const} */ ('credits'),
    window: /** @type {const} */ ('life'),
    limitMicros: credits * CREDIT,
    carved: false,
  };
}

/**
 * The accounts of a macaroon, each with a budget of its own.
 * @param {Genesis} root @param {number} depth how many, the root among them
 */
export function pathOf({ tenant, rootId }, depth) {
  let account = `${tenant}/${rootId}`;
  return Array.from({ length: depth }, (_, level) => {
    if (level > 0) account += `/agent-${level}`;
    return { account, limits: [limit(900_000_000 - level)] };
  });
}

const COST = { credits: 15 * CREDIT, calls: CREDIT };
const CHARGED = { credits: 11 * CREDIT };

/**
 * Reserves and settles for about so long. Each counts as one operation.
 * @param {Ledger} ledger @param {Genesis} root @param {ReturnType<typeof pathOf>} path
 * @param {number} ms
 * @returns {Promise<number>} operations a second
 */
export async function drive(ledger, root, path, ms) {
  const end = performance.now() + ms;
  let operations = 0;
  const worker = async () => {
    while (performance.now() < end) {
      // As the gateway makes them; the bare loop's ids are in order too.
      const random = randomBytes(16);
      const reservation = newReservationId(root.tenant, root.rootId, random, Date.now());
      const held = await ledger.reserve({
        reservation,
        kid: root.kid,
        path,
        cost: { least: COST, most: COST, steps: 0 },
        expiresAtMs: FAR_MS,
        ttlMs: 600_000,
        owner: 'gateway',
      });
      if (held.status !== 'held') throw new Error(`found ${held.reason}, expected a hold`);
      const settled = await ledger.settle({ reservation, cost: CHARGED });
      if (settled.status === 'refused') throw new Error(settled.reason);
      operations += 2;
    }
  };
  const begun = performance.now();
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
  return (operations * 1_000) / (performance.now() - begun);
}

/** @param {Ledger} ledger @param {Genesis} root */
export async function openRoot(ledger, root) {
  const { status } = await ledger.openRoot(root);
  if (status !== 'opened') throw new Error(`found ${status}, expected a new root`);
}
