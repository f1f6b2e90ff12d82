import {
  type EnterOutcome,
  type EnterRequest,
  type LeaveRequest,
  REFUSED_NAMES,
  REMEMBERED_MS,
  REMEMBERED_PER_ROOT,
  type RecallRequest,
  type RefuseNamesRequest,
  type RememberedResponse,
  type RememberRequest,
  type SharedState,
} from '../../src/ledger/contract.js';
import { parseReservationId, rootName, rootOfReservation } from '../../src/ledger/ids.js';
import { isUnderWay } from '../../src/ledger/rules/places.js';
import {
  validateEnter,
  validateLeave,
  validateRecall,
  validateRefuseNames,
  validateRemember,
} from '../../src/ledger/validate/shared-state.js';
import { validateTenant } from '../../src/ledger/validate.js';
import type { ModelStore } from './model-store.js';

export interface ModelSharedDeps {
  readonly store: ModelStore;
  readonly storeClock: () => number;
  /** Throws where the ledger is closed. */
  readonly check: () => void;
}

/** The plainest statement of the shared state: maps, each in the order of what came first. */
export class ModelShared implements SharedState {
  readonly #deps: ModelSharedDeps;

  constructor(deps: ModelSharedDeps) {
    this.#deps = deps;
  }

  async remember(request: RememberRequest): Promise<void> {
    this.#deps.check();
    validateRemember(request);
    const { ids, account, model, tokens } = request;
    const madeMs = this.#deps.storeClock();
    const responses = this.#deps.store.responsesOf(rootName(request));
    for (const id of ids) {
      responses.delete(id);
      responses.set(id, { id, account, model, tokens, madeMs });
    }
    for (const [id, its] of responses) {
      const isOver = responses.size > REMEMBERED_PER_ROOT || its.madeMs + REMEMBERED_MS <= madeMs;
      if (isOver) responses.delete(id);
    }
  }

  async recall(request: RecallRequest): Promise<readonly RememberedResponse[]> {
    this.#deps.check();
    validateRecall(request);
    const responses = this.#deps.store.responsesOf(rootName(request));
    const nowMs = this.#deps.storeClock();
    return [...new Set(request.ids)].flatMap((id) => {
      const found = responses.get(id);
      if (found === undefined || found.madeMs + REMEMBERED_MS <= nowMs) return [];
      const { madeMs: _, ...known } = found;
      return [known];
    });
  }

  async enter(request: EnterRequest): Promise<EnterOutcome> {
    this.#deps.check();
    validateEnter(request);
    const { reservation, most } = request;
    const { store } = this.#deps;
    const tenant = parseReservationId(reservation)?.tenant ?? '';
    const refusedHere = store.refusedIn(tenant);
    const names = [...new Set(request.names)].filter((name) => refusedHere.has(name));
    if (names.length > 0) return { status: 'refused', names };
    const places = store.placesIn(rootOfReservation(reservation));
    const nowMs = this.#deps.storeClock();
    if (!places.has(reservation) && places.size >= most) {
      for (const [id, enteredMs] of places) {
        if (!isUnderWay(enteredMs, store.hold(id), nowMs)) places.delete(id);
      }
      if (places.size >= most) return { status: 'full' };
    }
    places.set(reservation, nowMs);
    return { status: 'entered' };
  }

  async leave({ reservation }: LeaveRequest): Promise<void> {
    this.#deps.check();
    validateLeave({ reservation });
    this.#deps.store.placesIn(rootOfReservation(reservation)).delete(reservation);
  }

  async refuseNames({ tenant, names }: RefuseNamesRequest): Promise<void> {
    this.#deps.check();
    validateRefuseNames({ tenant, names });
    const refused = this.#deps.store.refusedIn(tenant);
    for (const name of names) refused.add(name);
    for (const name of refused) if (refused.size > REFUSED_NAMES) refused.delete(name);
  }

  async refusedNames(tenant: string): Promise<readonly string[]> {
    this.#deps.check();
    validateTenant(tenant);
    return [...this.#deps.store.refusedIn(tenant)];
  }
}
