/**
 * The entries that every call makes, spelled in canonical JSON member by member: what
 * {@link canonicalJson} writes of them too, without listing and sorting their names first.
 */
import type { Vector } from '../../money/units.js';
import type { CallAbout, HeldEntry, JournalEntry, ResolvedEntry, Upstreamed } from '../contract.js';
import { canonicalJson, wholeJson } from './canonical.js';

/**
 * What both kinds say, each in canonical JSON; but of names and words, that which is between the quotes. An
 * account or a reservation has nothing that JSON escapes: the ledger takes no other for one.
 */
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

/**
 * @param entry with names that were validated: they are not looked at, and stand as they are
 * @throws {TypeError} as {@link canonicalJson} does
 */
export function entryText(entry: JournalEntry): string {
  switch (entry.kind) {
    case 'held':
      return heldText({
        about: entry.about && aboutJson(entry.about),
        account: entry.account,
        deadlineMs: wholeJson(entry.deadlineMs),
        fingerprint:
          entry.fingerprint === undefined ? undefined : JSON.stringify(entry.fingerprint),
        granted: vectorJson(entry.granted),
        owner: entry.owner,
        range: entry.range && rangeJson(entry.range),
        reservation: entry.reservation,
        root: entry.root,
        sequence: wholeJson(entry.sequence),
        setAside: canonicalJson(entry.setAside),
        timeMs: wholeJson(entry.timeMs),
        tracked: canonicalJson(entry.tracked),
      });
    case 'settled':
    case 'released':
    case 'presumed_spent':
    case 'corrected':
      return resolvedText({
        about: entry.about && aboutJson(entry.about),
        account: entry.account,
        by: entry.by,
        charged: vectorJson(entry.charged),
        granted: vectorJson(entry.granted),
        kind: entry.kind,
        reservation: entry.reservation,
        root: entry.root,
        sequence: wholeJson(entry.sequence),
        timeMs: wholeJson(entry.timeMs),
        upstream: entry.upstream && upstreamJson(entry.upstream),
      });
    default:
      return canonicalJson(entry);
  }
}

/** What stands around the two words that are each hold's own, its reservation and its sequence. */
interface Around {
  readonly before: string;
  readonly between: string;
  readonly after: string;
}

type Shared<Texts> = Omit<Texts, 'reservation' | 'sequence' | 'upstream'>;

export function aroundHeld(its: Shared<HeldTexts>): Around {
  const about = its.about === undefined ? '' : `"about":${its.about},`;
  const fingerprint = its.fingerprint === undefined ? '' : `"fingerprint":${its.fingerprint},`;
  const range = its.range === undefined ? '' : `"range":${its.range},`;
  return {
    before:
      `{${about}"account":"${its.account}","deadlineMs":${its.deadlineMs},${fingerprint}` +
      `"granted":${its.granted},"kind":"held","owner":"${its.owner}",${range}"reservation":"`,
    between: `","root":"${its.root}","sequence":`,
    after: `,"setAside":${its.setAside},"timeMs":${its.timeMs},"tracked":${its.tracked}}`,
  };
}

function heldText(its: HeldTexts): string {
  const { before, between, after } = aroundHeld(its);
  return `${before}${its.reservation}${between}${its.sequence}${after}`;
}

/** What the upstream said of it comes after the rest, {@link upstreamEnd}. */
export function aroundResolved(its: Shared<ResolvedTexts>): Around {
  const about = its.about === undefined ? '' : `"about":${its.about},`;
  return {
    before:
      `{${about}"account":"${its.account}","by":"${its.by}","charged":${its.charged},` +
      `"granted":${its.granted},"kind":"${its.kind}","reservation":"`,
    between: `","root":"${its.root}","sequence":`,
    after: `,"timeMs":${its.timeMs}`,
  };
}

export function upstreamEnd(upstream: string | undefined): string {
  return upstream === undefined ? '}' : `,"upstream":${upstream}}`;
}

function resolvedText(its: ResolvedTexts): string {
  const { before, between, after } = aroundResolved(its);
  const end = upstreamEnd(its.upstream);
  return `${before}${its.reservation}${between}${its.sequence}${after}${end}`;
}

/** @throws {TypeError} for an amount that is no whole number below 2^53 */
export function vectorJson({ calls, credits, tokens, usd }: Vector): string {
  let text = '';
  if (calls !== undefined) text = `"calls":${wholeJson(calls)}`;
  if (credits !== undefined) text += `${text && ','}"credits":${wholeJson(credits)}`;
  if (tokens !== undefined) text += `${text && ','}"tokens":${wholeJson(tokens)}`;
  if (usd !== undefined) text += `${text && ','}"usd":${wholeJson(usd)}`;
  return `{${text}}`;
}

function rangeJson({ cost, step }: NonNullable<HeldEntry['range']>): string {
  const { least, most, steps } = cost;
  const ends = `"least":${vectorJson(least)},"most":${vectorJson(most)}`;
  return `{"cost":{${ends},"steps":${wholeJson(steps)}},"step":${wholeJson(step)}}`;
}

/** Tags alone have names of the caller's own, and so need sorting. */
function aboutJson({ name, route, tags }: CallAbout): string {
  let text = `"name":${JSON.stringify(name)}`;
  if (route !== undefined) text += `,"route":${JSON.stringify(route)}`;
  if (tags !== undefined) text += `,"tags":${canonicalJson(tags)}`;
  return `{${text}}`;
}

function upstreamJson({ model, requestId }: Upstreamed): string {
  let text = '';
  if (model !== undefined) text = `"model":${JSON.stringify(model)}`;
  if (requestId !== undefined) text += `${text && ','}"requestId":${JSON.stringify(requestId)}`;
  return `{${text}}`;
}
