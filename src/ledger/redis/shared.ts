import { setImmediate } from 'node:timers/promises';
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
import { OWN_ID_LENGTH, rootName } from '../ids.js';
import {
  validateEnter,
  validateLeave,
  validateRecall,
  validateRefuseNames,
  validateRemember,
} from '../validate/shared-state.js';
import { validateTenant } from '../validate.js';
import { corrupt, jsonWord, readJsonWord, readWhole } from './codec.js';
import { accountField, accountOf, placesKey, refusedKey, responseKeys, rootKey } from './keys.js';
import { rootOf } from './root-calls.js';
import type { Store } from './store.js';

/** In keys of its own beside the roots' records, which the fence does not guard (`keys.ts`). */
export class RedisShared implements SharedState {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  async remember(request: RememberRequest): Promise<void> {
    validateRemember(request);
    const { tenant, rootId, ids, account, model, tokens } = request;
    const field = accountField(account, rootName(request).length);
    const args = [`${tokens} ${field} ${jsonWord(model)}`, ...ids];
    // When what is asked of roots in this turn leaves, too: all of it is one write.
    await setImmediate();
    const reply = await this.#store.run('remember', responseKeys(tenant, rootId), args);
    if (reply !== 'kept') throw corrupt('answer', String(reply));
  }

  async recall(request: RecallRequest): Promise<readonly RememberedResponse[]> {
    validateRecall(request);
    const [responses = ''] = responseKeys(request.tenant, request.rootId);
    const ids = [...new Set(request.ids)];
    const reply = await this.#store.run('recall', [responses], ids);
    if (!Array.isArray(reply) || reply.length !== ids.length) {
      throw corrupt('answer', String(reply));
    }
    const root = rootName(request);
    return ids.flatMap((id, place) => {
      const text = String(reply[place]);
      return text === '-' ? [] : [readResponse(root, id, text)];
    });
  }

  async enter(request: EnterRequest): Promise<EnterOutcome> {
    validateEnter(request);
    const { reservation, most } = request;
    const { tenant, rootId } = rootOf(reservation);
    const names = [...new Set(request.names)];
    const keys = [placesKey(tenant, rootId), refusedKey(tenant), rootKey(tenant, rootId)];
    const reply = await this.#store.run('enter', keys, [
      ownId(reservation),
      most,
      ...names.map(nameText),
    ]);
    const [status, ...places] = Array.isArray(reply) ? reply.map(String) : [];
    switch (status) {
      case 'entered':
      case 'full':
        return { status };
      case 'refused':
        return { status, names: places.map((place) => nameAt(names, place)) };
      default:
        throw corrupt('answer', String(reply));
    }
  }

  async leave({ reservation }: LeaveRequest): Promise<void> {
    validateLeave({ reservation });
    const { tenant, rootId } = rootOf(reservation);
    const key = placesKey(tenant, rootId);
    await this.#store.call(key, (redis) => redis.zrem(key, ownId(reservation)));
  }

  async refuseNames({ tenant, names }: RefuseNamesRequest): Promise<void> {
    validateRefuseNames({ tenant, names });
    const reply = await this.#store.run('refuse', [refusedKey(tenant)], names.map(nameText));
    if (reply !== 'refused') throw corrupt('answer', String(reply));
  }

  async refusedNames(tenant: string): Promise<readonly string[]> {
    validateTenant(tenant);
    const key = refusedKey(tenant);
    const texts = await this.#store.call(key, (redis) => redis.zrange(key, 0, '-1'));
    return texts.map(readName);
  }
}

/** As JSON, which has a spelling for what is no UTF-8: half a surrogate pair. */
function nameText(name: string): string {
  return JSON.stringify(name);
}

function readName(text: string): string {
  return JSON.parse(text) as string;
}

/** `TOKENS LEAF MODEL`. */
function readResponse(root: string, id: string, text: string): RememberedResponse {
  const [tokens, leaf = '', word] = text.split(' ');
  const model = readJsonWord(word);
  if (typeof model !== 'string') throw corrupt('response', text);
  return { id, account: accountOf(root, leaf), model, tokens: readWhole(tokens) };
}

function nameAt(names: readonly string[], place: string): string {
  const name = names[readWhole(place) - 1];
  if (name === undefined) throw corrupt('refused name', place);
  return name;
}

function ownId(reservation: string): string {
  return reservation.slice(-OWN_ID_LENGTH);
}
