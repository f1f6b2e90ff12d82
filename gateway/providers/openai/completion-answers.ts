import { MEASURE } from '../../../src/text/json-wish.js';
import type { AnswerFormat } from '../../stream/reading.js';
import { chatAnswers, eventWish, plainWish } from './answers.js';

/** `POST /v1/completions`: its usage is that of chat, and its text stands in another place. */
export const completionAnswers: AnswerFormat = {
  ...chatAnswers,
  plainWish: plainWish({ text: MEASURE }),
  eventWish: eventWish({ text: MEASURE }),
};

/** The same with `echo`: the text is the prompt's too, and says nothing of how much was put out. */
export const echoedAnswers: AnswerFormat = {
  ...chatAnswers,
  plainWish: plainWish({}),
  eventWish: eventWish({}),
};
