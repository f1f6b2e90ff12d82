import { array, keep, MEASURE, object } from '../../../src/text/json-wish.js';
import type { AnswerFormat } from '../../stream/reading.js';
import { chatAnswers } from './answers.js';

const USAGE = { usage: keep('usage'), service_tier: keep('tier') };

const measured = object({ ...USAGE, choices: array(object({ text: MEASURE })) });
const unmeasured = object({ ...USAGE, choices: array(object({})) });

/** `POST /v1/completions`: its usage is that of chat, and its text stands in another place. */
export const completionAnswers: AnswerFormat = {
  ...chatAnswers,
  plainWish: measured,
  eventWish: measured,
};

/** The same with `echo`: the text is the prompt's too, and says nothing of how much was put out. */
export const echoedAnswers: AnswerFormat = {
  ...chatAnswers,
  plainWish: unmeasured,
  eventWish: unmeasured,
};
