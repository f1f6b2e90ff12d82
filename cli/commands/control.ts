import type { Command } from 'commander';
import type { ControlAction } from '../../src/ledger/contract.js';
import { readControlAnswer } from '../api/answers.js';
import { findTarget } from '../api/find-account.js';
import { openOperatorApi } from '../api/operator.js';
import type { Io } from '../io.js';
import { addExample } from '../options.js';
import { addTargetOptions, type TargetOptions } from '../target-options.js';

interface ControlWords {
  readonly summary: string;
  readonly description: string;
  readonly example: string;
}

/** Of what nothing resumes. */
export const FINAL =
  'It is final: nothing resumes the account. What was already sent is still settled. What was set ' +
  'aside for carved budgets at it or below, and is not used, goes back.';

const WORDS: Readonly<Record<Exclude<ControlAction, 'revoke'>, ControlWords>> = {
  pause: {
    summary: 'let nothing through for an account and all below it, for now',
    description:
      'Refuses every call of an account and of all accounts below it (403 account_paused), from the ' +
      'next call on and at every gateway, until it is resumed. What was already sent is still settled.',
    example: 'bursar pause research-agent-prod',
  },
  resume: {
    summary: 'end a pause',
    description:
      'Lets calls of an account that was paused through again, and of all accounts below it.',
    example: 'bursar resume research-agent-prod',
  },
  close: {
    summary: 'end an account and all below it whose work is done',
    description:
      'Refuses every call of an account and of all accounts below it (403 account_closed): for an ' +
      `agent that has finished. ${FINAL}`,
    example: 'bursar close research-agent-prod/scraper-1',
  },
};

export function addPause(program: Command, io: Io): void {
  addControl(program, io, ['pause', 'resume']);
}

export function addClose(program: Command, io: Io): void {
  addControl(program, io, ['close']);
}

/** An operator's word on an account and its subtree. */
function addControl(
  program: Command,
  io: Io,
  actions: readonly Exclude<ControlAction, 'revoke'>[],
): void {
  for (const action of actions) {
    const { summary, description, example } = WORDS[action];
    const command = program.command(action).summary(summary).description(description);
    addTargetOptions(command);
    addExample(command, example);
    command.action((text: string, options: TargetOptions) => control(io, action, text, options));
  }
}

export async function control(
  io: Io,
  action: ControlAction,
  text: string,
  options: TargetOptions,
): Promise<void> {
  const api = await openOperatorApi(io, options, ['control', 'read']);
  try {
    const target = await findTarget(io, api.ask, text, options.exact === true);
    const answer = await api.ask({ method: 'POST', path: action, body: { account: target } });
    const { account, standing, before, replayed, barredBy } = readControlAnswer(answer);
    if (barredBy != null) {
      const { account: above, standing: its } = barredBy;
      io.err.write(`note: nothing is let through all the same, since ${above} is ${its}\n`);
    }
    const was = replayed ? 'as it was already' : `it was ${before}`;
    io.out.write(options.json ? `${answer}\n` : `${account} is ${standing}; ${was}\n`);
  } finally {
    await api.close();
  }
}
