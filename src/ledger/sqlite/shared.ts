import type {
  EnterOutcome,
  EnterRequest,
  LeaveRequest,
  RecallRequest,
  RefuseNamesRequest,
  RememberedResponse,
  RememberRequest,
  SharedState,
} from '../contract.js';
import {
  validateEnter,
  validateLeave,
  validateRecall,
  validateRefuseNames,
  validateRemember,
} from '../validate/shared-state.js';
import { validateTenant } from '../validate.js';
import type { SharedOperation } from './protocol.js';

/** Answers an operation as the thread does, with an outcome of the type that its kind has. */
type Ask = <Outcome>(operation: SharedOperation) => Promise<Outcome>;

/** Validates here. Decided and stored in the thread, in one commit with all that was asked in this turn. */
export class SqliteShared implements SharedState {
  readonly #ask: Ask;

  constructor(ask: Ask) {
    this.#ask = ask;
  }

  async remember(request: RememberRequest): Promise<void> {
    validateRemember(request);
    return this.#ask({ kind: 'remember', request });
  }

  async recall(request: RecallRequest): Promise<readonly RememberedResponse[]> {
    validateRecall(request);
    return this.#ask({ kind: 'recall', request });
  }

  async enter(request: EnterRequest): Promise<EnterOutcome> {
    validateEnter(request);
    return this.#ask({ kind: 'enter', request });
  }

  async leave(request: LeaveRequest): Promise<void> {
    validateLeave(request);
    return this.#ask({ kind: 'leave', request });
  }

  async refuseNames(request: RefuseNamesRequest): Promise<void> {
    validateRefuseNames(request);
    return this.#ask({ kind: 'refuseNames', request });
  }

  async refusedNames(tenant: string): Promise<readonly string[]> {
    validateTenant(tenant);
    return this.#ask({ kind: 'refusedNames', tenant });
  }
}
