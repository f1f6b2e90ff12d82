import { MEASURE } from '../../../src/text/json-wish.js';
import type { AnswerFormat } from '../../stream/reading.js';
import { answerWish, chatAnswers } from './answers.js';

const measured = answerWish({ text: MEASURE });
const unmeasured = answerWish({});

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
