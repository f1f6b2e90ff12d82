import type {
  JournalHead,
  LeaseOutcome,
  LeaseRequest,
  MoveHeadOutcome,
  MoveHeadRequest,
} from '../contract.js';
import { corrupt, readWhole } from './codec.js';
import { headKey } from './keys.js';
import type { Store } from './store.js';

/** Who drains a tenant's journal. */
export async function takeLease(
  store: Store,
  { tenant, holder, ttlMs }: LeaseRequest,
): Promise<LeaseOutcome> {
  const reply = await store.run('lease', [headKey(tenant)], [holder, ttlMs]);
  const [status, first, second = ''] = Array.isArray(reply) ? reply.map(String) : [];
  switch (status) {
    case 'granted':
      return { status, head: { number: readWhole(first), hash: second } };
    case 'given_up':
      return { status };
    case 'taken':
      return { status: 'refused', reason: status, untilMs: readWhole(first) };
    default:
      throw corrupt('answer', String(reply));
  }
}

export async function moveHead(
  store: Store,
  { tenant, holder, from, to }: MoveHeadRequest,
): Promise<MoveHeadOutcome> {
  const args = [holder, placeText(from), placeText(to)];
  const reply = String(await store.run('moveHead', [headKey(tenant)], args));
  switch (reply) {
    case 'moved':
      return { status: reply };
    case 'not_holder':
    case 'head_moved':
    case 'past_end':
      return { status: 'refused', reason: reply };
    default:
      throw corrupt('answer', reply);
  }
}

function placeText({ number, hash }: JournalHead): string {
  return `${number} ${hash}`;
}
