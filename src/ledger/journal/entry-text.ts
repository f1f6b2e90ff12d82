/**
 * The entries that every call makes, spelled in canonical JSON member by member: what
 * {@link canonicalJson} writes of them too, without listing and sorting their names first.
 */
import type { Vector } from '../../money/units.js';
import type { HeldEntry, JournalEntry, ResolvedEntry } from '../contract.js';
import { canonicalJson } from './canonical.js';

/** What both kinds say, each in canonical JSON, but for the kind, which is a plain word. */
interface HoldTexts {
  /** Undefined where the call said nothing of itself. */
  readonly about: string | undefined;
  readonly account: string;
  readonly granted: string;
  readonly reservation: string;
  readonly root: string;
  readonly sequence: string;
  readonly timeMs: string;
}

interface HeldTexts extends HoldTexts {
  readonly deadlineMs: string;
  readonly fingerprint: string | undefined;
  readonly owner: HeldEntry['owner'];
  readonly range: string | undefined;
  readonly setAside: string;
  readonly tracked: string;
}

interface ResolvedTexts extends HoldTexts {
  readonly kind: ResolvedEntry['kind'];
  readonly by: ResolvedEntry['by'];
  readonly charged: string;
  readonly upstream: string | undefined;
}

/** @throws {TypeError} as {@link canonicalJson} does */
export function entryText(entry: JournalEntry): string {
  switch (entry.kind) {
    case 'held':
      return heldText({
        about: optional(entry.about),
        account: JSON.stringify(entry.account),
        deadlineMs: canonicalJson(entry.deadlineMs),
        fingerprint: optional(entry.fingerprint),
        granted: vectorJson(entry.granted),
        owner: entry.owner,
        range: optional(entry.range),
        reservation: JSON.stringify(entry.reservation),
        root: JSON.stringify(entry.root),
        sequence: canonicalJson(entry.sequence),
        setAside: canonicalJson(entry.setAside),
        timeMs: canonicalJson(entry.timeMs),
        tracked: canonicalJson(entry.tracked),
      });
    case 'settled':
    case 'released':
    case 'presumed_spent':
    case 'corrected':
      return resolvedText({
        about: optional(entry.about),
        account: JSON.stringify(entry.account),
        by: entry.by,
        charged: vectorJson(entry.charged),
        granted: vectorJson(entry.granted),
        kind: entry.kind,
        reservation: JSON.stringify(entry.reservation),
        root: JSON.stringify(entry.root),
        sequence: canonicalJson(entry.sequence),
        timeMs: canonicalJson(entry.timeMs),
        upstream: optional(entry.upstream),
      });
    default:
      return canonicalJson(entry);
  }
}

export function heldText(its: HeldTexts): string {
  const about = its.about === undefined ? '' : `"about":${its.about},`;
  const fingerprint = its.fingerprint === undefined ? '' : `"fingerprint":${its.fingerprint},`;
  const range = its.range === undefined ? '' : `"range":${its.range},`;
  return (
    `{${about}"account":${its.account},"deadlineMs":${its.deadlineMs},${fingerprint}` +
    `"granted":${its.granted},"kind":"held","owner":"${its.owner}",${range}` +
    `"reservation":${its.reservation},"root":${its.root},"sequence":${its.sequence},` +
    `"setAside":${its.setAside},"timeMs":${its.timeMs},"tracked":${its.tracked}}`
  );
}

export function resolvedText(its: ResolvedTexts): string {
  const about = its.about === undefined ? '' : `"about":${its.about},`;
  const upstream = its.upstream === undefined ? '' : `,"upstream":${its.upstream}`;
  return (
    `{${about}"account":${its.account},"by":"${its.by}","charged":${its.charged},` +
    `"granted":${its.granted},"kind":"${its.kind}","reservation":${its.reservation},` +
    `"root":${its.root},"sequence":${its.sequence},"timeMs":${its.timeMs}${upstream}}`
  );
}

/** @throws {TypeError} for an amount that is no whole number below 2^53 */
export function vectorJson({ calls, credits, tokens, usd }: Vector): string {
  let text = '';
  if (calls !== undefined) text = `"calls":${canonicalJson(calls)}`;
  if (credits !== undefined) text += `${text && ','}"credits":${canonicalJson(credits)}`;
  if (tokens !== undefined) text += `${text && ','}"tokens":${canonicalJson(tokens)}`;
  if (usd !== undefined) text += `${text && ','}"usd":${canonicalJson(usd)}`;
  return `{${text}}`;
}

function optional(value: unknown): string | undefined {
  return value === undefined ? undefined : canonicalJson(value);
}
