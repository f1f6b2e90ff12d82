import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../src/ledger/journal/canonical.js';
import { chainLine } from '../../src/ledger/journal/chain.js';
import { chatRequest, child, fleet } from '../gateway/fleet.js';
import { bursar } from './harness.js';

interface Line {
  readonly number: number;
  readonly entry: {
    readonly kind: string;
    readonly account: string;
    readonly root: string;
    readonly timeMs: number;
    readonly charged?: Readonly<Record<string, number>>;
    readonly granted?: Readonly<Record<string, number>>;
    readonly about?: { readonly name: string; readonly tags?: Readonly<Record<string, string>> };
    readonly genesis?: { readonly labels: Readonly<Record<string, string>> };
  };
  readonly denied?: { readonly account: string; readonly cause: string; readonly count: number };
}

const gateways = fleet('sqlite:ledger.db');
const env = { BURSAR_CONFIG: join(gateways.folder, 'bursar.yaml') };
const journal = (...args: string[]) => bursar(['journal', ...args], { env });
const folder = join(gateways.folder, 'state', 'journal', 'main');
const segments = () =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.jsonl'))
    .map((name) => join(folder, name));

function linesOf(out: string): Line[] {
  return out
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

/** Micro-credits by what a settled entry is told by. */
function spending(lines: readonly Line[], keyOf: (line: Line) => string | undefined) {
  const spent: Record<string, number> = {};
  for (const line of lines) {
    const { kind, charged, granted } = line.entry ?? {};
    if (!['settled', 'presumed_spent', 'corrected'].includes(kind)) continue;
    const before = kind === 'corrected' ? (granted?.['credits'] ?? 0) : 0;
    const key = keyOf(line) ?? 'none';
    spent[key] = (spent[key] ?? 0) + (charged?.['credits'] ?? 0) - before;
  }
  return spent;
}

describe('bursar journal', () => {
  it('tells who spent what on what, drained or not, and is verified', async () => {
    const terms = ['--holder', 'root', '--budget', '20', '--expires', '24h', '--label', 'team=ml'];
    const root = (await bursar(['mint', ...terms], { env })).out.trim();
    const gateway = await gateways.start();
    const call = async (macaroon: string, model: string, tags: string) => {
      const { headers, ...request } = chatRequest(macaroon);
      const body = request.body.replace('gpt-4o-mini', model);
      const sent = { ...request, body, headers: { ...headers, 'x-bursar-tags': tags } };
      const response = await fetch(`${gateway.url}/v1/chat/completions`, sent);
      await response.text();
      return response.status;
    };
    const a = child(root, 'a', 3);
    const b = child(root, 'b', 10);
    for (const task of ['1', '1', '2']) expect(await call(a, 'gpt-4o', `task=${task}`)).toBe(200);
    expect(await call(a, 'gpt-4o', 'task=2')).toBe(402);
    expect(await call(a, 'gpt-4o', 'task=2')).toBe(402);
    for (const task of ['2', '3']) expect(await call(b, 'gpt-4o-mini', `task=${task}`)).toBe(200);
    await gateway.stop();

    const drained = await journal('export');
    expect(drained).toMatchObject({ status: 0, err: '' });
    const lines = linesOf(drained.out);
    const entries = lines.filter(({ denied }) => denied === undefined);
    expect(entries.map(({ number }) => number)).toEqual(entries.map((_, i) => i + 1));

    // By agent, task, model, hour and label, from the export alone.
    const roots = entries.filter(({ entry }) => entry.kind === 'opened');
    const labels = new Map(roots.map(({ entry }) => [entry.root, entry.genesis?.labels]));
    const agent = spending(entries, ({ entry }) => entry.account.split('/').at(-1));
    expect(agent).toEqual({ a: 3_000_000, b: 2_000_000 });
    expect(spending(entries, ({ entry }) => entry.about?.tags?.['task'])).toEqual({
      1: 2_000_000,
      2: 2_000_000,
      3: 1_000_000,
    });
    expect(spending(entries, ({ entry }) => entry.about?.name)).toEqual({
      'gpt-4o': 3_000_000,
      'gpt-4o-mini': 2_000_000,
    });
    const hours = spending(entries, ({ entry }) =>
      new Date(entry.timeMs).toISOString().slice(0, 13),
    );
    expect(Object.values(hours).reduce((sum, its) => sum + its, 0)).toBe(5_000_000);
    expect(spending(entries, ({ entry }) => labels.get(entry.root)?.['team'])).toEqual({
      ml: 5_000_000,
    });
    // And the same as the tree has it.
    const tree = JSON.parse((await bursar(['tree', 'root', '--json'], { env })).out);
    const inTree = tree.children.map((its: { holder: string; spent: { credits: number } }) => [
      its.holder,
      its.spent.credits * 1_000_000,
    ]);
    expect(Object.fromEntries(inTree)).toEqual(agent);

    const denied = lines.flatMap((line) => line.denied ?? []);
    expect(denied.reduce((sum, { count }) => sum + count, 0)).toBe(2);
    expect(denied[0]).toMatchObject({
      account: expect.stringMatching(/\/a$/),
      cause: 'budget_exhausted',
    });

    // What nobody has drained yet comes behind, as the lines that it will be.
    const [{ root: account } = { root: '' }] = entries.map(({ entry }) => entry);
    expect((await bursar(['pause', account], { env })).status).toBe(0);
    const more = linesOf((await journal('export')).out);
    expect(more.at(-1)?.entry).toMatchObject({ kind: 'paused', account });
    const next = await gateways.start();
    await next.stop();
    expect((await journal('export')).out).toBe(
      `${more.map((line) => JSON.stringify(line)).join('\n')}\n`,
    );

    const tail = linesOf((await journal('tail', '--lines', '2')).out).filter((its) => its.entry);
    expect(tail).toEqual(more.filter((its) => its.entry).slice(-2));
    const only = linesOf((await journal('export', '--account', `${account}/b`)).out);
    expect(only.map(({ entry }) => entry.kind)).toEqual([
      'opened',
      ...['held', 'settled', 'held', 'settled'],
    ]);
    const none = linesOf((await journal('export', '--since', '2100-01-01T00:00:00Z')).out);
    expect(none.map(({ entry }) => entry.kind)).toEqual(['opened']);
  }, 60_000);

  it.each(['tail', 'export', 'verify'])(
    '%s names the tenants there are when there is no such one',
    async (command) => {
      expect(await journal(command, '--tenant', 'mian')).toEqual({
        status: 1,
        out: '',
        err: 'error: found no tenant "mian", expected --tenant main\n',
      });
    },
  );

  it('verify finds what was done to the files, and names the entry', async () => {
    const verified = await journal('verify');
    expect(verified).toMatchObject({ status: 0, err: '' });
    const { last, head, ok } = JSON.parse(verified.out);
    expect({ ok, last }).toEqual({ ok: true, last: head });

    const [path = ''] = segments();
    const whole = readFileSync(path, 'utf8');
    const lines = whole.split('\n');
    const spoil = async (spoilt: string, ...args: string[]) => {
      writeFileSync(path, spoilt);
      const { status, err, out } = await journal('verify', ...args);
      writeFileSync(path, whole);
      return { status, err, findings: JSON.parse(out).findings };
    };
    expect(await spoil(whole.replace('"task":"1"', '"task":"9"'))).toMatchObject({
      status: 1,
      err: expect.stringMatching(/entry 2 was altered/),
    });
    expect(await spoil(lines.toSpliced(3, 1).join('\n'))).toMatchObject({
      findings: [{ number: 4, fault: 'missing', through: 4 }],
    });
    expect(await spoil(lines.toSpliced(3, 0, lines[1] ?? '').join('\n'))).toMatchObject({
      findings: [{ number: 2, fault: 'inserted' }],
    });
    expect(
      await spoil(
        lines
          .with(3, lines[4] ?? '')
          .with(4, lines[3] ?? '')
          .join('\n'),
      ),
    ).toMatchObject({ findings: [{ number: 4, fault: 'reordered' }] });

    // Behind the head the chain alone says nothing against a line: the ledger does.
    const end = segments().sort().at(-1) ?? '';
    const ended = readFileSync(end, 'utf8');
    const { hash, number, entry } = JSON.parse(ended.split('\n').at(-2) ?? '');
    const forged = canonicalJson({ ...entry, sequence: entry.sequence + 1 });
    const before = (await journal('export')).out;
    writeFileSync(end, `${ended}${chainLine(hash, number + 1, forged).text}\n`);
    const told = await journal('verify');
    expect(JSON.parse(told.out).findings).toEqual([{ number: number + 1, fault: 'inserted' }]);
    expect(told.status).toBe(1);
    expect(await journal('verify', '--offline')).toMatchObject({
      status: 0,
      err: expect.stringContaining('the ledger was not asked: '),
    });
    expect((await journal('export')).out).toBe(before);
    writeFileSync(end, ended);

    const file = join(gateways.folder, 'export.jsonl');
    writeFileSync(file, (await journal('export')).out);
    expect((await journal('verify', file)).status).toBe(0);
    writeFileSync(file, readFileSync(file, 'utf8').replace('"task":"2"', '"task":"1"'));
    expect((await journal('verify', file)).err).toMatch(/was altered/);

    // An end that is cut off, and all of it gone: only the ledger knows.
    const cut = [...segments()];
    for (const its of cut) rmSync(its);
    expect((await journal('verify')).err).toMatch(/entry 1 \(up to \d+\) is missing/);
    expect((await journal('verify', '--offline')).status).toBe(0);
    expect((await journal('export')).err).toMatch(/entries 1 to \d+ are in no folder given/);
  }, 60_000);

  it.each([
    ['tail', '--lines', '0'],
    ['export', '--since', 'yesterday'],
    ['export', '--account', 'nobody'],
    ['export', '--tenant', 'No'],
  ])('%s %s %s is wrong usage', async (...args) => {
    expect(await journal(...args)).toMatchObject({ status: 2, out: '' });
  });
});
