import type { Allowance } from '../../src/caveats/allowance.js';
import {
  type Held,
  type Ledger,
  LedgerInputError,
  LedgerUnavailable,
  type ReserveRequest,
} from '../../src/ledger/contract.js';
import { newReservationId } from '../../src/ledger/ids.js';
import { Problem } from '../api/problem.js';
import { countedCost } from '../counted-cost.js';
import type { InFlight } from '../in-flight.js';
import { unavailableProblem } from '../ledger-refusal.js';
import type { Metrics } from '../metrics.js';
import type { Resolver } from '../resolver.js';
import type { Revocations } from '../revocations.js';
import { type ReservationPrices, reservationCost } from './cost.js';
import { createInFlight, fingerprintOf, keyedReservationId } from './idempotency.js';
import type { ReservationAsk } from './read.js';
import { reserveProblem } from './refusals.js';

export interface MakeReservationDeps {
  readonly settings: () => ReservationPrices;
  readonly ledger: Pick<Ledger, 'reserve'>;
  readonly resolver: Pick<Resolver, 'release'>;
  readonly revocations: Pick<Revocations, 'ask'>;
  readonly inFlight: Pick<InFlight, 'mustBePaidOrRare'>;
  /** Where a caller names no time of its own. */
  readonly holdTtlMs: number;
  readonly randomBytes: (length: number) => Uint8Array;
  /** Milliseconds on a clock that only runs forward. */
  readonly monotonicMs: () => number;
  readonly metrics: Metrics;
}

export interface Reservation {
  readonly reservation: string;
  readonly held: Held;
}

/** Makes the function that holds what a caller asks for, on its own behalf. */
export function createReserver(deps: MakeReservationDeps) {
  const oneAtATime = createInFlight();

  /**
   * @param key an `Idempotency-Key`: the same again is the same hold, at whichever gateway.
   * @throws {Problem}
   */
  return async function makeReservation(
    allowance: Allowance,
    ask: ReservationAsk,
    key: string | undefined,
  ): Promise<Reservation> {
    const { tenant, rootId, path, kid, expiresAtMs } = allowance;
    const account = path.at(-1)?.account ?? '';
    const cost = reservationCost(deps.settings(), allowance, ask);
    deps.inFlight.mustBePaidOrRare(path, cost);
    const fixed = { least: cost, most: cost, steps: 0 };
    const keyed = key === undefined ? undefined : keyedReservationId(account, key);
    const reservation = keyed ?? newReservationId(tenant, rootId, deps.randomBytes(16));
    const { kind, name, tags } = ask;
    const request: ReserveRequest = {
      reservation,
      kid,
      path,
      // Whoever says how many calls it makes may settle as many.
      cost: ask.asked.calls === undefined ? countedCost(fixed, allowance) : fixed,
      expiresAtMs,
      ttlMs: ask.ttlMs ?? deps.holdTtlMs,
      owner: 'caller',
      about: { name, route: `reservations/${kind}`, ...(tags === undefined ? {} : { tags }) },
      fingerprint: fingerprintOf(ask),
    };
    const held = await oneAtATime(reservation, () => reserve(deps, { request, allowance, keyed }));
    return { reservation, held };
  };
}

export type MakeReservation = ReturnType<typeof createReserver>;

interface Reserving {
  readonly request: ReserveRequest;
  readonly allowance: Allowance;
  readonly keyed: string | undefined;
}

/** @throws {Problem} */
async function reserve(
  deps: MakeReservationDeps,
  { request, allowance, keyed }: Reserving,
): Promise<Held> {
  const { reservation } = request;
  const startedMs = deps.monotonicMs();
  try {
    const outcome = await deps.revocations.ask(allowance, (revocations) =>
      deps.ledger.reserve({ ...request, revocations }),
    );
    if (outcome.status === 'refused') throw reserveProblem(outcome, keyed);
    return outcome;
  } catch (error) {
    if (error instanceof LedgerInputError) {
      throw new Problem('invalid_request', { message: error.message, cause: error });
    }
    if (!(error instanceof LedgerUnavailable)) throw error;
    if (keyed === undefined) {
      // It may still be carried out later, and its caller will never learn its id.
      void deps.resolver.release(reservation);
      throw unavailableProblem(error);
    }
    // The same key will find it, and a release would have closed the key for good.
    throw stillKeyed(unavailableProblem(error), reservation);
  } finally {
    deps.metrics.ledgerSeconds.observe((deps.monotonicMs() - startedMs) / 1000);
  }
}

function stillKeyed({ code, details }: Problem, reservation: string): Problem {
  if (code !== 'ledger_unavailable') return new Problem(code, { ...details, reservation });
  const message = 'The ledger did not answer: send it again with the same Idempotency-Key.';
  return new Problem(code, { ...details, message, reservation });
}
