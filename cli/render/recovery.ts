import { Amount, type ApiValue, toApiJson } from '../../gateway/api/json.js';
import type { PlannedRoot, RecoveryPlan } from '../../gateway/recovery.js';
import { formatMicros } from '../../src/money/micros.js';
import { UNITS } from '../../src/money/units.js';

/** A tenant's recovery, as it is told: done, or what would be done. */
export interface ToldRecovery {
  readonly tenant: string;
  /** The epoch in which it ends. */
  readonly epoch: number;
  readonly isDone: boolean;
  readonly why: string;
  readonly plan: RecoveryPlan;
}

interface Change {
  readonly account: string;
  readonly spent: { readonly unit: string; readonly before: number; readonly after: number }[];
  readonly holdsEnded: number;
  readonly toppedUp: { readonly unit: string; readonly micros: number }[];
  readonly standing: string | undefined;
}

/** One line for each account and what changes at it, parents before their children. */
export function renderRecovery({ roots }: RecoveryPlan): string {
  return roots.flatMap(linesOf).join('');
}

export function recoveryJson({ tenant, epoch, isDone, why, plan }: ToldRecovery): string {
  const roots = plan.roots.map(
    (planned): ApiValue => ({
      root: planned.plan.root,
      openedAgain: planned.plan.opens !== undefined,
      note: planned.plan.problem,
      accounts: changesOf(planned).map(({ spent, toppedUp, ...rest }) => ({
        ...rest,
        spent: spent.map(({ unit, before, after }) => ({
          ...{ unit, before: new Amount(before), after: new Amount(after) },
        })),
        toppedUp: toppedUp.map(({ unit, micros }) => ({ unit, amount: new Amount(micros) })),
      })),
    }),
  );
  const journal = plan.findings.map((finding): ApiValue => ({ ...finding }));
  return `${toApiJson({ tenant, epoch, done: isDone, why, roots, journal })}\n`;
}

function linesOf(planned: PlannedRoot): string[] {
  const { root, opens, problem } = planned.plan;
  const lines = changesOf(planned).flatMap(({ account, spent, holdsEnded, toppedUp, standing }) => [
    ...spent.map(
      ({ unit, before, after }) =>
        `${account}  spent ${formatMicros(before)} -> ${formatMicros(after)} ${unit}\n`,
    ),
    ...(holdsEnded > 0 ? [`${account}  open holds that end: ${holdsEnded}\n`] : []),
    ...toppedUp.map(
      ({ unit, micros }) => `${account}  topped up by ${formatMicros(micros)} ${unit}\n`,
    ),
    ...(standing === undefined ? [] : [`${account}  ${standing}\n`]),
  ]);
  return [
    ...(opens === undefined ? [] : [`${root}  opened again\n`]),
    ...lines,
    ...revokedOf(planned).map((print) => `${root}  macaroon ${print} revoked\n`),
    ...(problem === undefined ? [] : [`${root}  note: ${problem}\n`]),
  ];
}

function revokedOf({ plan: { steps } }: PlannedRoot): string[] {
  return steps.flatMap((step) => (step.kind === 'macaroon' ? [step.fingerprint] : []));
}

/** What changes at each account of a root. */
function changesOf({ plan: { changes, steps }, stored }: PlannedRoot): Change[] {
  const topUps = steps.filter((step) => step.kind === 'topup');
  const standings = steps.filter((step) => step.kind === 'standing');
  const accounts = new Set([
    ...changes.keys(),
    ...[...topUps, ...standings].map(({ account }) => account),
  ]);
  return [...accounts].sort().map((account) => {
    const { spentMore = {}, holdsEnded = 0 } = changes.get(account) ?? {};
    const spent = UNITS.flatMap((unit) => {
      const by = spentMore[unit] ?? 0;
      const before = stored?.accounts.get(account)?.counters[unit].spent ?? 0;
      return by === 0 ? [] : [{ unit, before, after: before + by }];
    });
    const toppedUp = topUps
      .filter((step) => step.account === account)
      .map(({ unit, micros }) => ({ unit, micros }));
    const standing = standings.find((step) => step.account === account)?.standing;
    return { account, spent, holdsEnded, toppedUp, standing };
  });
}
