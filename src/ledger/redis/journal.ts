/** The journal's lines, as the functions write them, as entries. Their words are in `lua/*.lua`. */
import type {
  CallAbout,
  Genesis,
  HeldEntry,
  JournalEntry,
  ResolvedEntry,
  SetAside,
  TrackedWindow,
  Upstreamed,
} from '../contract.js';
import { isAsAsked } from '../rules/cost.js';
import {
  corrupt,
  readGenesis,
  readJsonWord,
  readList,
  readSpan,
  readUnit,
  readVector,
  readWhole,
} from './codec.js';
import { accountOf } from './keys.js';

const NOTHING = { credits: 0, usd: 0, tokens: 0, calls: 0 };

/**
 * The entries that one line tells: of holds that were made or ended alike it has all.
 * @throws {LedgerUnavailable} for a line that no function of ours writes.
 */
export function readEntries(tenant: string, rootId: string, line: string): JournalEntry[] {
  return linesOf(line).map((one) => readEntry(tenant, rootId, one));
}

const TOGETHER =
  /^(held|settled|released|presumed_spent|corrected) (\d+) (\d+) ((?:[0-9a-f]{32}){2,}) (.*)$/;

/** `KIND SEQUENCE TIME IDS WORDS` as a line for each of the ids, which are of 32 digits. */
function linesOf(line: string): string[] {
  const together = TOGETHER.exec(line);
  if (together === null) return [line];
  const [, kind = '', sequence, time = '', ids = '', words = ''] = together;
  // What upstream said of each is the last word, and joined by commas.
  const shared = kind === 'held' ? words : words.slice(0, words.lastIndexOf(' ') + 1);
  const own = kind === 'held' ? undefined : words.slice(shared.length).split(',');
  const count = ids.length / 32;
  if (own !== undefined && own.length !== count) throw corrupt('journal', line);
  return Array.from({ length: count }, (_, i) => {
    const id = ids.slice(32 * i, 32 * (i + 1));
    return `${kind} ${readWhole(sequence) + i} ${time} ${id} ${shared}${own?.[i] ?? ''}`;
  });
}

function readEntry(tenant: string, rootId: string, line: string): JournalEntry {
  const [kind = '', sequence, time, ...words] = line.split(' ');
  const root = `${tenant}/${rootId}`;
  const head = { root, sequence: readWhole(sequence), timeMs: readWhole(time) };
  const reservation = (id: string | undefined) => `r1.${tenant}.${rootId}.${id}`;
  const account = (field = '') => accountOf(root, field);
  switch (kind) {
    case 'opened': {
      const genesis: Genesis = readGenesis(tenant, rootId, words.join(' '));
      return { ...head, kind, account: root, genesis };
    }
    case 'held': {
      const [id, leaf] = words;
      const own = { ...head, kind, account: account(leaf), reservation: reservation(id) } as const;
      return { ...own, ...heldRest(root, words) };
    }
    case 'settled':
    case 'released':
    case 'presumed_spent':
    case 'corrected': {
      const [id, leaf] = words;
      const own = { ...head, kind, account: account(leaf), reservation: reservation(id) } as const;
      return { ...own, ...resolvedRest(kind, words) };
    }
    case 'extended': {
      const [id, leaf, due, by] = words;
      const own = { ...head, kind, account: account(leaf), reservation: reservation(id) } as const;
      return { ...own, deadlineMs: readWhole(due), by: by === 'c' ? 'caller' : 'gateway' };
    }
    case 'activated': {
      const [leaf, setAside = ''] = words;
      return { ...head, kind, account: account(leaf), setAside: readSetAside(root, setAside) };
    }
    case 'carve_ended': {
      const [field, unit, micros, cause] = words;
      if (cause !== 'expired' && cause !== 'revoked' && cause !== 'closed') break;
      const amountMicros = readWhole(micros);
      return { ...head, kind, account: account(field), unit: readUnit(unit), amountMicros, cause };
    }
    case 'paused':
    case 'resumed':
    case 'revoked':
    case 'closed': {
      const [field, actor] = words;
      return { ...head, kind, account: account(field), actor: String(readJsonWord(actor)) };
    }
    case 'macaroon_revoked': {
      const [fingerprint = '', expires, actor] = words;
      const of = { fingerprint, expiresAtMs: readWhole(expires) };
      return { ...head, kind, account: root, ...of, actor: String(readJsonWord(actor)) };
    }
    case 'topped_up': {
      const [field, id = '', unit, micros, actor] = words;
      const of = { id, unit: readUnit(unit), micros: readWhole(micros) };
      return { ...head, kind, account: account(field), ...of, actor: String(readJsonWord(actor)) };
    }
  }
  throw corrupt('journal', line);
}

/** `ID LEAF OWNER GRANTED DUE FINGERPRINT ABOUT STEP STEPS LEAST MOST TRACKED SETASIDE`. */
function heldRest(root: string, words: readonly string[]) {
  const [, , owner, grantedText = '', due, fingerprint, about] = words;
  const granted = readVector(grantedText);
  const [step, steps, least = '', most = '', tracked = '', setAside = ''] = words.slice(7);
  const cost = { least: readVector(least), most: readVector(most), steps: readWhole(steps) };
  const what = readJsonWord(about) as CallAbout | undefined;
  const print = readJsonWord(fingerprint) as string | undefined;
  const rest: Omit<HeldEntry, 'kind' | 'root' | 'sequence' | 'timeMs' | 'account' | 'reservation'> =
    {
      owner: owner === 'c' ? 'caller' : 'gateway',
      granted,
      ...(!isAsAsked({ cost, granted }) && { range: { cost, step: readWhole(step) } }),
      deadlineMs: readWhole(due),
      ...(print !== undefined && { fingerprint: print }),
      ...(what !== undefined && { about: what }),
      tracked: readTracked(root, tracked),
      setAside: readSetAside(root, setAside),
    };
  return rest;
}

const BY = { g: 'gateway', c: 'caller', l: 'ledger' } as const;

/** `ID LEAF GRANTED CHARGED BY ABOUT UPSTREAM`. */
function resolvedRest(kind: ResolvedEntry['kind'], words: readonly string[]) {
  const [, , granted = '', charged = '', by = 'g', about, upstream] = words;
  const what = readJsonWord(about) as CallAbout | undefined;
  const said = readJsonWord(upstream) as Upstreamed | undefined;
  return {
    granted: readVector(granted),
    charged: kind === 'released' ? NOTHING : readVector(charged),
    by: BY[by as keyof typeof BY],
    ...(what !== undefined && { about: what }),
    ...(said !== undefined && { upstream: said }),
  };
}

/** `a:BELOW:UNIT:WINDOW;` for each. */
function readTracked(root: string, word: string): TrackedWindow[] {
  return readList(word === '-' ? '' : word).map(([a, below, unit, window]) => ({
    account: accountOf(root, `${a}:${below}`),
    unit: readUnit(unit),
    window: readSpan(window),
  }));
}

/** `a:BELOW:UNIT:MICROS:END;` for each. */
function readSetAside(root: string, word: string): SetAside[] {
  return readList(word === '-' ? '' : word).map(([a, below, unit, micros, end]) => ({
    account: accountOf(root, `${a}:${below}`),
    unit: readUnit(unit),
    amountMicros: readWhole(micros),
    endMs: readWhole(end),
  }));
}
