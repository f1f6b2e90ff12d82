import type { Allowance } from '../src/caveats/allowance.js';
import type { Vector } from '../src/money/units.js';
import { Problem } from './api/problem.js';
import type { ProblemCode } from './api/problem-codes.js';
import { Shares, SharesOfSecond } from './shares.js';
import type { Upstream } from './upstream/types.js';

export interface InFlightLimits {
  /** Calls under way at once, of all accounts. */
  readonly inFlight: number;
  /** Connections to one upstream at once. */
  readonly upstreamConnections: number;
  /** Bytes of request bodies that are held in memory at once. */
  readonly uploadBytes: number;
  /** Calls and reservations that cost nothing, in each second. */
  readonly freeCallsPerSecond: number;
}

type Path = Allowance['path'];
type Leave = () => void;

/**
 * What an account may use up of this gateway itself, since money does not bound it: sockets, memory, and
 * what costs nothing. Each is shared so that no account leaves the others none (`shares.ts`).
 */
export class InFlight {
  readonly #limits: InFlightLimits;
  readonly #calls: Shares;
  readonly #uploads: Shares;
  readonly #free: SharesOfSecond;
  readonly #upstreams = new WeakMap<Upstream, Shares>();

  constructor(limits: InFlightLimits, monotonicMs: () => number) {
    this.#limits = limits;
    this.#calls = new Shares(limits.inFlight);
    this.#uploads = new Shares(limits.uploadBytes);
    this.#free = new SharesOfSecond(limits.freeCallsPerSecond, monotonicMs);
  }

  /**
   * A place for one call to an upstream. What this answers gives it back, once.
   * @throws {Problem} `too_many_in_flight`
   */
  enter(upstream: Upstream, path: Path): Leave {
    const there = this.#of(upstream);
    const full = this.#calls.take(path, 1);
    if (full !== undefined) throw refused('too_many_in_flight', full);
    const fullThere = there.take(path, 1);
    if (fullThere !== undefined) {
      this.#calls.give(path, 1);
      throw refused('too_many_in_flight', fullThere);
    }
    return once(() => {
      this.#calls.give(path, 1);
      there.give(path, 1);
    });
  }

  /**
   * Room for a body that is about to be read.
   * @param bytes as its head says, or as many as there may be
   * @throws {Problem} `too_many_uploads`
   */
  upload(path: Path, bytes: number): Leave {
    const full = this.#uploads.take(path, bytes);
    if (full !== undefined) throw refused('too_many_uploads', full);
    return once(() => this.#uploads.give(path, bytes));
  }

  /** @throws {Problem} `too_many_free_calls`, of what costs nothing */
  mustBePaidOrRare(path: Path, { credits = 0, usd = 0, tokens = 0 }: Vector): void {
    if (credits + usd + tokens > 0) return;
    const full = this.#free.take(path, 1);
    if (full !== undefined) throw refused('too_many_free_calls', full);
  }

  #of(upstream: Upstream): Shares {
    const known = this.#upstreams.get(upstream);
    if (known !== undefined) return known;
    const made = new Shares(this.#limits.upstreamConnections);
    this.#upstreams.set(upstream, made);
    return made;
  }
}

/**
 * How many bytes of a body its request announces; in chunks it does not say, and there may be as many as
 * are read at the most. Without either head it has none (RFC 9112 §6.3).
 */
export function announcedBytes(headers: Headers, most: number): number {
  const declared = headers.get('content-length');
  if (declared !== null) return Math.min(Number(declared), most);
  return headers.has('transfer-encoding') ? most : 0;
}

function refused(code: ProblemCode, account: string): Problem {
  return new Problem(code, { account });
}

function once(act: () => void): Leave {
  let isDone = false;
  return () => {
    if (isDone) return;
    isDone = true;
    act();
  };
}
