/**
 * What a gateway's files of marks are made of: one line of JSON each.
 *
 * - `["e", TENANT, EPOCH]`: registered. What earlier lines say of the tenant in another epoch is over.
 * - `["m", ROOT, SEQUENCE, NONCE]`: the root's last change that was acknowledged.
 * - `["v", TENANT, NUMBER, NONCE, REGISTRATIONS]`: the last that was seen of the tenant as a whole.
 * - `{"kind": …}`: an acknowledged operation.
 */
import type { AcknowledgedOperation, Mark, TenantMark } from '../../src/ledger/contract.js';
import { vectorJson } from '../../src/ledger/journal/entry-text.js';

export type MarkLine =
  | { readonly line: 'epoch'; readonly tenant: string; readonly epoch: number }
  | { readonly line: 'mark'; readonly root: string; readonly mark: Mark }
  | { readonly line: 'tenant'; readonly tenant: string; readonly mark: TenantMark }
  | { readonly line: 'operation'; readonly operation: AcknowledgedOperation };

export function epochLine(tenant: string, epoch: number): string {
  return `["e","${tenant}",${epoch}]\n`;
}

/** Names and nonces are of characters that JSON leaves as they are. */
export function markLine(root: string, { sequence, nonce }: Mark): string {
  return `["m","${root}",${sequence},"${nonce}"]\n`;
}

export function tenantLine(tenant: string, { version, registrations }: TenantMark): string {
  return `["v","${tenant}",${version.sequence},"${version.nonce}",${registrations}]\n`;
}

/** Those that every call makes are spelled out, which costs a third of having them listed. */
export function operationLine(operation: AcknowledgedOperation): string {
  switch (operation.kind) {
    case 'held': {
      const { reservation, account, granted, timeMs, windows } = operation;
      const more = windows === undefined ? '' : `,"windows":${JSON.stringify(windows)}`;
      return (
        `{"kind":"held","reservation":"${reservation}","account":"${account}",` +
        `"granted":${vectorJson(granted)},"timeMs":${timeMs}${more}}\n`
      );
    }
    case 'settled': {
      const { reservation, charged } = operation;
      return `{"kind":"settled","reservation":"${reservation}","charged":${vectorJson(charged)}}\n`;
    }
    default:
      return `${JSON.stringify(operation)}\n`;
  }
}

/**
 * Lines that end. A last one that does not was being written when the gateway was killed, and is left
 * out.
 * @throws {Error} for a line that no gateway writes.
 */
export function* readLines(text: string, file: string): Generator<MarkLine> {
  const lines = text.split('\n');
  for (const [i, line] of lines.slice(0, -1).entries()) {
    const read = readLine(line);
    if (read === undefined) {
      throw new Error(
        `${file}, line ${i + 1}: found ${line.slice(0, 64)}, expected a line of marks`,
      );
    }
    yield read;
  }
}

function readLine(line: string): MarkLine | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (Array.isArray(value)) {
    const [kind, name, count, nonce, registrations] = value as unknown[];
    if (typeof name !== 'string' || !Number.isSafeInteger(count)) return undefined;
    if (kind === 'e') return { line: 'epoch', tenant: name, epoch: Number(count) };
    if (typeof nonce !== 'string') return undefined;
    const mark = { sequence: Number(count), nonce };
    if (kind === 'm') return { line: 'mark', root: name, mark };
    if (kind !== 'v' || !Number.isSafeInteger(registrations)) return undefined;
    return {
      line: 'tenant',
      tenant: name,
      mark: { version: mark, registrations: Number(registrations) },
    };
  }
  if (typeof value !== 'object' || value === null || !('kind' in value)) return undefined;
  return { line: 'operation', operation: value as AcknowledgedOperation };
}

/** What a reservation's id begins with, before its tenant. */
const RESERVATION = 'r1.';

/** The tenant that an operation is of. */
export function tenantOf(operation: AcknowledgedOperation): string {
  if (operation.kind === 'opened') return operation.genesis.tenant;
  if (!('reservation' in operation)) return operation.account.split('/', 1)[0] ?? '';
  const { reservation } = operation;
  return reservation.slice(RESERVATION.length, reservation.indexOf('.', RESERVATION.length));
}
