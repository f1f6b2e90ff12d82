import { expect } from 'vitest';
import { type Behind, BUDGETS, dueSince, type Spent } from './behind.js';
import type { Script } from './stub/script.js';

export type Unit = keyof typeof BUDGETS;
export const UNITS = Object.keys(BUDGETS) as Unit[];

export interface Run {
  /** The client's key. */
  readonly macaroon: string;
  /**
   * That the account was charged exactly what the stub has billed since, with nothing left held; that no
   * call cost more than its hold, and that none was charged its hold for want of a usage.
   */
  isCharged(): Promise<Spent>;
}

/** A client's turn: a macaroon with a budget of its own, and a stub that follows the script. */
export async function begin(behind: Behind, script: Script, unit: Unit): Promise<Run> {
  behind.follow(script);
  const from = behind.stub.billed().length;
  const alarms = await behind.alarms();
  const macaroon = await behind.mint(BUDGETS[unit]);
  return {
    macaroon,
    isCharged: async () => {
      const due = dueSince(behind.stub, from);
      expect(await behind.spent(macaroon), behind.warnings()).toEqual(due);
      expect(await behind.alarms()).toEqual(alarms);
      return due;
    },
  };
}
