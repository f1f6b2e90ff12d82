import { expect } from 'vitest';
import { accountField, dueKey, recordKeys } from '../../../src/ledger/redis/keys.js';
import type { CarveRef, HoldRecord } from '../../../src/ledger/rules/records.js';
import { UNITS } from '../../../src/money/units.js';
import type { ModelLedger } from '../model.js';
import { SMALL } from '../sequences.js';
import type { LuaStore } from './store.js';

/**
 * What no operation shows, against the model: each root's meta and how much its record has, and the
 * lists of what is due.
 */
export async function expectKept(
  store: LuaStore,
  model: ModelLedger,
  tenant: string,
): Promise<void> {
  const { roots, accounts, holds, carves, closings } = model.kept(tenant);
  const due = new Map([
    ...holds.filter(({ state }) => state !== 'topped_up').map(dueOfHold),
    ...carves.map(dueOfCarve),
    ...closings.map(dueOfClosing),
  ]);
  expect(await scores(store, dueKey(tenant))).toEqual(due);
  for (const { genesis, clockMs, sequence } of roots) {
    const { rootId } = genesis;
    const [record = '', , carvesKey = '', , , namesKey = ''] = recordKeys(tenant, rootId);
    const meta = (await store.admin.hget(record, 'm')) ?? '';
    expect(meta).toMatch(/^\d+ \d+ [0-9a-f]{16}$/);
    expect(meta.split(' ').slice(0, 2).map(Number)).toEqual([clockMs, sequence]);
    const its = holds.filter(({ reservation }) => reservation.includes(`.${rootId}.`)).length;
    const ids = holds.filter(
      ({ state, account }) => state === 'topped_up' && isOf(`${tenant}/${rootId}`, account),
    );
    expect(Number(await store.admin.hget(record, 't'))).toBe(ids.length);
    const more = ids.length > 0 ? 3 : 2;
    expect(await store.admin.hlen(record)).toBe(more + accountsOf(accounts, tenant, rootId) + its);
    const members = [...due].flatMap(([member, at]): [string, number][] =>
      member.startsWith(`${rootId}.a:`) ? [[member.slice(33), at]] : [],
    );
    expect(await scores(store, carvesKey)).toEqual(new Map(members));
    const root = `${tenant}/${rootId}`;
    const named = [
      ...accounts.filter((name) => isOf(root, name)).map((name) => fieldOf(name)),
      ...carves.filter(({ account }) => isOf(root, account)).map(nameOfCarve),
      ...holds.filter(({ account }) => isOf(root, account)).flatMap(nameOfHold),
    ];
    expect(await store.admin.zrange(namesKey, '0', '-1')).toEqual(named.sort());
  }
}

function accountsOf(names: readonly string[], tenant: string, rootId: string): number {
  return names.filter((name) => `${name}/`.startsWith(`${tenant}/${rootId}/`)).length;
}

function dueOfHold(hold: HoldRecord): [string, number] {
  const [, , rootId, id] = hold.reservation.split('.');
  const at = hold.state === 'held' ? hold.deadlineMs : hold.finishedAtMs + SMALL.retainMs;
  return [`${rootId}.${id}`, at];
}

function dueOfCarve({ account, unit, endMs }: CarveRef): [string, number] {
  return [`${rootIdOf(account)}.${fieldOf(account)} ${UNITS.indexOf(unit) + 1}`, endMs];
}

function dueOfClosing(account: string): [string, number] {
  return [`${rootIdOf(account)}.${fieldOf(account)} *`, -1];
}

function nameOfCarve({ account, unit }: CarveRef): string {
  return `c ${fieldOf(account)} ${UNITS.indexOf(unit) + 1}`;
}

function nameOfHold(hold: HoldRecord): string[] {
  const isNamed = hold.state === 'held' && hold.owner === 'caller';
  return isNamed ? [`h ${fieldOf(hold.account)} ${hold.reservation.slice(-32)}`] : [];
}

function isOf(root: string, account: string): boolean {
  return `${account}/`.startsWith(`${root}/`);
}

function rootIdOf(account: string): string {
  return account.split('/')[1] ?? '';
}

function fieldOf(account: string): string {
  const [tenant = '', rootId = ''] = account.split('/');
  return accountField(account, tenant.length + 1 + rootId.length);
}

async function scores(store: LuaStore, key: string): Promise<Map<string, number>> {
  const words = await store.admin.zrange(key, '0', '-1', 'WITHSCORES');
  const found = new Map<string, number>();
  for (let i = 0; i < words.length; i += 2) found.set(words[i] ?? '', Number(words[i + 1]));
  return found;
}
