import { readFileSync, rmSync } from 'node:fs';
import { MICROS_PER_UNIT } from '../src/money/units.js';
import { type MintAnswer, readBalanceAnswer, readMintAnswer } from './api/answers.js';
import { askGateway } from './api/ask.js';
import { mintAtGateway } from './commands/mint.js';
import { Refusal } from './errors.js';
import type { Io } from './io.js';
import { createPrivateFile } from './private-file.js';
import { WELCOME_TERMS } from './welcome.js';

/** With less left the commands of the welcome would not run to their end. */
const LEAST_CREDITS = 100 * MICROS_PER_UNIT;
const LEAST_MS = 3_600_000;

/**
 * The macaroon that an earlier start gave away, as long as it has an hour and 100 credits left; else a new
 * one. So that a gateway that is started ten times leaves one account behind, and not ten of one name.
 * @param file where it is kept, for its owner alone
 * @throws {Refusal}
 */
export async function welcomeMacaroon(
  io: Io,
  file: string,
  { url, adminUrl }: { readonly url: string; readonly adminUrl: string },
  operatorKey: string,
): Promise<MintAnswer> {
  const kept = readKept(file);
  if (kept !== undefined && (await isGood(io, url, kept))) return kept;
  const minted = await mintAtGateway(io, adminUrl, operatorKey, WELCOME_TERMS);
  rmSync(file, { force: true });
  createPrivateFile(file, `${JSON.stringify(minted)}\n`);
  return minted;
}

function readKept(file: string): MintAnswer | undefined {
  try {
    return readMintAnswer(readFileSync(file, 'utf8'));
  } catch {
    // None yet, or none of ours: the next one takes its place.
    return undefined;
  }
}

async function isGood(io: Io, gateway: string, kept: MintAnswer): Promise<boolean> {
  if (Date.parse(kept.expires) - io.clock() < LEAST_MS) return false;
  try {
    const answer = await askGateway(io, gateway, kept.macaroon)({ method: 'GET', path: 'balance' });
    const own = readBalanceAnswer(answer).path.at(-1);
    const left = own?.limits.find(({ unit }) => unit === 'credits')?.remaining ?? 0;
    return own?.standing === 'open' && left >= LEAST_CREDITS;
  } catch (error) {
    // Of another key ring or ledger.
    if (error instanceof Refusal) return false;
    throw error;
  }
}
