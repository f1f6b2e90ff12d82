import { describe, expect, it } from 'vitest';
import { Problem } from '../../../gateway/api/problem.js';
import { COUNTING, read } from './support.js';

const counting = { rules: COUNTING };
const asked = (more: object) => ({
  model: 'm',
  messages: [{ role: 'user', content: 'a' }],
  ...more,
});

function messageOf(more: object): string {
  try {
    read('chat', asked(more), counting);
  } catch (error) {
    if (error instanceof Problem) return String(error.details.message);
    throw error;
  }
  return 'taken';
}

describe('a refusal for its cost', () => {
  it.each([
    { tools: [{ type: 'image_generation' }] },
    { tools: [{ type: 'brand_new', server_url: 'https://x.example' }] },
    { plugins: [{ id: 'web' }] },
  ])('says what the caller and the operator can do: %j', (more) => {
    expect(messageOf(more)).toMatch(/Remove it, or ask the operator to list it under requests\./);
  });
});

it('Groq’s name of the usual tier is the default one', () => {
  const rules = { ...COUNTING, tiers: ['default', 'priority'] };
  const { tiers } = read('chat', asked({ service_tier: 'on_demand' }), { rules });
  expect(tiers).toEqual(['default']);
});
