import {
  type EnterOutcome,
  type EnterRequest,
  MAX_TTL_MS,
  PLACE_WITHOUT_HOLD_MS,
  REFUSED_NAMES,
  REMEMBERED_MS,
  REMEMBERED_PER_ROOT,
  type RecallRequest,
  type RememberedResponse,
  type RememberRequest,
} from '../contract.js';
import { OWN_ID_LENGTH, reservationOf, rootName, rootOfReservation } from '../ids.js';
import { isUnderWay } from '../rules/places.js';
import type { Records } from '../rules/records.js';
import type { SharedOperation } from './protocol.js';
import type { SharedRows } from './shared-rows.js';

/** What one operation on the shared state may touch. */
export interface SharedEffects {
  readonly records: Pick<Records, 'hold'>;
  readonly shared: SharedRows;
  readonly clocks: { readonly storeMs: number };
}

/** The longest that a place can last: then its hold was presumed spent, however often it was extended. */
const PLACE_MS = PLACE_WITHOUT_HOLD_MS + MAX_TTL_MS;

/** Decides one operation, and writes to the tables what it changes. */
export function performShared(operation: SharedOperation, effects: SharedEffects): unknown {
  const { shared, clocks } = effects;
  switch (operation.kind) {
    case 'remember':
      return remember(operation.request, shared, clocks.storeMs);
    case 'recall':
      return recall(operation.request, shared, clocks.storeMs);
    case 'enter':
      return enter(operation.request, effects);
    case 'leave': {
      const { reservation } = operation.request;
      return shared.deletePlace(rootOfReservation(reservation), ownId(reservation));
    }
    case 'refuseNames': {
      const { tenant, names } = operation.request;
      for (const name of names) shared.refuseName(tenant, name);
      return shared.keepNewestNames(tenant, REFUSED_NAMES);
    }
    case 'refusedNames':
      return shared.refusedNames(operation.tenant);
  }
}

function remember(request: RememberRequest, shared: SharedRows, storeMs: number): void {
  const { ids, account, model, tokens } = request;
  const root = rootName(request);
  const below = account.slice(root.length + 1);
  shared.putResponses(root, ids, { madeMs: storeMs, below, model, tokens });
  shared.keepNewestResponses(root, REMEMBERED_PER_ROOT);
  shared.deleteOldResponses(storeMs - REMEMBERED_MS);
}

function recall(request: RecallRequest, shared: SharedRows, storeMs: number): RememberedResponse[] {
  const root = rootName(request);
  const found: RememberedResponse[] = [];
  for (const id of new Set(request.ids)) {
    const row = shared.response(root, id, storeMs - REMEMBERED_MS);
    if (row === undefined) continue;
    const { below, model, tokens } = row;
    found.push({ id, account: below === '' ? root : `${root}/${below}`, model, tokens });
  }
  return found;
}

function enter({ reservation, names, most }: EnterRequest, effects: SharedEffects): EnterOutcome {
  const { records, shared, clocks } = effects;
  const { storeMs } = clocks;
  const root = rootOfReservation(reservation);
  const [tenant = ''] = root.split('/', 1);
  const refused = [...new Set(names)].filter((name) => shared.isRefused(tenant, name));
  if (refused.length > 0) return { status: 'refused', names: refused };
  const id = ownId(reservation);
  const { count, isThere } = shared.countPlaces(root, id);
  if (!isThere && count >= most) {
    // Not before it is full: until then nobody waits for a place that is over.
    const over = shared.places(root).filter((place) => {
      return !isUnderWay(place.enteredMs, records.hold(reservationOf(root, place.id)), storeMs);
    });
    for (const place of over) shared.deletePlace(root, place.id);
    if (count - over.length >= most) return { status: 'full' };
  }
  shared.putPlace(root, { id, enteredMs: storeMs });
  shared.deleteOldPlaces(storeMs - PLACE_MS);
  return { status: 'entered' };
}

function ownId(reservation: string): string {
  return reservation.slice(-OWN_ID_LENGTH);
}
