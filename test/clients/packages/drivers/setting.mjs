/**
 * What every driver gets from its environment, as a user's program would: where the gateway is, the
 * macaroon, the API to use and whether to stream. It prints the last words of its agent.
 */
import { z } from 'zod';

const { GATEWAY, MACAROON, API, MODEL, STREAM, FEATURE = 'tools' } = process.env;

export const root = GATEWAY;
export const baseURL = `${GATEWAY}/v1`;
export const apiKey = MACAROON;
export const api = API;
export const model = MODEL;
export const stream = STREAM === 'yes';
export const feature = FEATURE;

export const PROMPT =
  'What is the weather in Oslo and in Rome, and what do the temperatures add up to?';

export const weather = {
  name: 'get_weather',
  description: 'The weather in a city.',
  parameters: z.object({ city: z.string() }),
  run: ({ city }) => JSON.stringify({ city, celsius: city.length, sky: 'clear' }),
};

export const add = {
  name: 'add',
  description: 'Adds two numbers.',
  parameters: z.object({ a: z.number(), b: z.number() }),
  run: ({ a, b }) => String(a + b),
};

export const tools = [weather, add];

export function finish(text) {
  process.stdout.write(`${JSON.stringify({ text })}\n`);
}
