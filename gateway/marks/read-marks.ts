import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { AcknowledgedOperation, Mark } from '../../src/ledger/contract.js';
import { readFolder } from './folder.js';
import { tenantOf } from './lines.js';
import { readName } from './place.js';

/** What one gateway's folder says of one tenant. */
export interface TenantMarks {
  readonly gateway: string;
  readonly epoch: number;
  readonly marks: ReadonlyMap<string, Mark>;
  /** The last that it saw of the tenant's journal, in this epoch. */
  readonly version?: Mark;
  /**
   * In the order in which they were acknowledged, of epochs before, too: what a recovery made of those
   * may have been lost again.
   */
  readonly operations: readonly AcknowledgedOperation[];
}

/**
 * What the gateways of a `stateDir` know of each tenant that they are registered in. They may be at
 * work: what they note meanwhile may be missing.
 * @throws {Error} for a file that no gateway writes.
 */
export function readMarks(stateDir: string): Map<string, TenantMarks[]> {
  const byTenant = new Map<string, TenantMarks[]>();
  if (!existsSync(stateDir)) return byTenant;
  for (const folder of readdirSync(stateDir).sort()) {
    if (!/^gateway-\d+$/.test(folder)) continue;
    const gateway = readName(join(stateDir, folder));
    if (gateway === undefined) continue;
    const operations = new Map<string, AcknowledgedOperation[]>();
    const { marks } = readFolder(join(stateDir, folder), gateway, (line) => {
      if (line.line !== 'operation') return;
      const tenant = tenantOf(line.operation);
      const noted = operations.get(tenant) ?? [];
      noted.push(line.operation);
      operations.set(tenant, noted);
    });
    for (const tenant of marks.registered()) {
      const all = byTenant.get(tenant) ?? [];
      const version = marks.tenantMarkOf(tenant)?.version;
      all.push({
        ...(version !== undefined && { version }),
        gateway,
        epoch: marks.epochOf(tenant) ?? 0,
        marks: new Map(marks.marksOf(tenant)),
        operations: operations.get(tenant) ?? [],
      });
      byTenant.set(tenant, all);
    }
  }
  return byTenant;
}
