import type { Mark, MarkKeeper, TenantMark } from './contract.js';

/** Some 200 bytes each. The roots that were not used for longest are forgotten first. */
const MAX_MARKS = 500_000;

/** Marks that last as long as this process: for whoever opens a ledger and is no gateway. */
export class MemoryMarks implements MarkKeeper {
  readonly gateway: string | undefined;
  readonly #byRoot = new Map<string, Mark>();
  readonly #byTenant = new Map<string, TenantMark>();
  readonly #epochs = new Map<string, number>();

  constructor(gateway?: string) {
    this.gateway = gateway;
  }

  markOf(root: string): Mark | undefined {
    return this.#byRoot.get(root);
  }

  marksOf(tenant: string): [string, Mark][] {
    return [...this.#byRoot].filter(([root]) => root.startsWith(`${tenant}/`));
  }

  all(): Iterable<[string, Mark]> {
    return this.#byRoot;
  }

  acknowledge(root: string, mark: Mark): void {
    const known = this.#byRoot.get(root);
    if (known !== undefined) {
      if (known.sequence > mark.sequence) return;
      this.#byRoot.delete(root);
    } else if (this.#byRoot.size >= MAX_MARKS) {
      const [oldest] = this.#byRoot.keys();
      if (oldest !== undefined) this.#byRoot.delete(oldest);
    }
    this.#byRoot.set(root, mark);
  }

  tenantMarkOf(tenant: string): TenantMark | undefined {
    return this.#byTenant.get(tenant);
  }

  acknowledgeTenant(tenant: string, { version, registrations }: TenantMark): void {
    const known = this.#byTenant.get(tenant);
    const isLater = known === undefined || known.version.sequence < version.sequence;
    if (!isLater && known.registrations >= registrations) return;
    this.#byTenant.set(tenant, {
      version: isLater ? version : known.version,
      registrations: Math.max(known?.registrations ?? 0, registrations),
    });
  }

  note(): void {}

  registered(): string[] {
    return [...this.#epochs.keys()];
  }

  epochOf(tenant: string): number | undefined {
    return this.#epochs.get(tenant);
  }

  async register(tenant: string, epoch: number): Promise<void> {
    const before = this.#epochs.get(tenant);
    if (before !== undefined && before !== epoch) {
      for (const [root] of this.marksOf(tenant)) this.#byRoot.delete(root);
      this.#byTenant.delete(tenant);
    }
    this.#epochs.set(tenant, epoch);
  }

  journalIsAt(): void {}

  failure(): undefined {
    return undefined;
  }
}
