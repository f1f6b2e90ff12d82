import { MAX_ENCODED_CHARS } from '../src/macaroon/index.js';
import { Refusal, UsageError } from './errors.js';
import type { Io } from './io.js';

const HOW = 'set $BURSAR_MACAROON, or pipe it in';

/**
 * The macaroon that a command works on: from `$BURSAR_MACAROON`, else from standard input. Nothing
 * of it is looked at.
 * @param surplus the command's arguments, of which there must be none
 * @throws {UsageError | Refusal}
 */
export async function readMacaroonText(io: Io, surplus: readonly string[]): Promise<string> {
  if (surplus.length > 0) {
    throw new UsageError(
      `found ${surplus.length === 1 ? 'an argument' : `${surplus.length} arguments`}, expected none: ` +
        `a macaroon is never an argument, since it would show in process lists and in the shell's history; ${HOW}`,
    );
  }
  const fromEnv = io.env['BURSAR_MACAROON']?.trim() ?? '';
  if (fromEnv !== '') {
    refuseApiKey(fromEnv);
    // The one on standard input may be smaller: working on the other unseen gives too much away.
    if (io.stdin.isGiven) {
      io.err.write(
        'note: took the macaroon in $BURSAR_MACAROON, and did not read standard input\n',
      );
    }
    return fromEnv;
  }
  if (io.stdin.isTerminal) throw new UsageError(`found no macaroon: ${HOW}`);
  const fromStdin = (await io.stdin.read(2 * MAX_ENCODED_CHARS)).trim();
  if (fromStdin === '') {
    throw new Refusal(`found no macaroon, and nothing on standard input: ${HOW}`);
  }
  refuseApiKey(fromStdin);
  return fromStdin;
}

/** The beginnings of OpenAI's, Anthropic's, Google's, xAI's and Groq's keys. No macaroon has one of them. */
const API_KEY = /^(?:sk-|AIza|xai-|gsk_)/;

/** It is not shown: whoever reads the terminal should not learn it. @throws {Refusal} */
function refuseApiKey(text: string): void {
  if (!API_KEY.test(text)) return;
  throw new Refusal(
    "found a model provider's API key, expected a macaroon: the key belongs into the gateway's " +
      'configuration, and "bursar mint" makes macaroons',
  );
}
