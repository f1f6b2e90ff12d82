import type { Answered, Arena } from './arena.js';
import { child, type Family } from './family.js';

/** What a test compares: never the amounts that others may use up. */
type Seen = Readonly<Record<string, unknown>>;

/**
 * All that a sibling, the parent and the operator need to be able to do, and how it went. It is
 * within the parent's limits, whatever the attacker's own limits let it use.
 */
export async function needs(arena: Arena, { root, sibling }: Family): Promise<Seen> {
  const calls = [await arena.chat(sibling, 'gpt-paid', 'usage', { max_tokens: 100 })];
  const first = await reserve(arena, sibling, { credits: '5', usd: '0.5' });
  const extended = await resolve(arena, sibling, first, 'extend', { ttl: '12h' });
  const settled = await resolve(arena, sibling, first, 'settle', { credits: '3', usd: '0.25' });
  const many = await Promise.all(
    Array.from({ length: 8 }, () => reserve(arena, sibling, { credits: '1', usd: '0' })),
  );
  for (const own of ['first', 'second']) {
    calls.push(await arena.chat(child(sibling, own, ['5']), 'gpt-paid', 'usage'));
  }
  const below = child(sibling, 'below', ['20'], true);
  const activated = await arena.post(below, '/bursar/v1/activate');
  const whole = await reserve(arena, root, { credits: '100', usd: '50' });
  const free = await arena.post(root, '/v1/moderations', { input: 'hi' });
  return {
    calls: calls.map(told),
    reserved: [first, ...many, whole].map(told),
    resolved: [extended, settled].map(told),
    activated: told(activated),
    free: told(free),
    ...(await operated(arena, sibling)),
  };
}

function told({ status, code, cost }: Answered): string {
  return [status, code, cost].filter((part) => part !== undefined).join(' ');
}

function reserve(arena: Arena, macaroon: string, body: object): Promise<Answered> {
  return arena.post(macaroon, '/bursar/v1/reservations', { tool: 'gratis', ttl: '1h', ...body });
}

function resolve(arena: Arena, macaroon: string, { body }: Answered, how: string, more: object) {
  const path = `/bursar/v1/reservations/${String(body['reservation'])}/${how}`;
  return arena.post(macaroon, path, more);
}

/** The operator's acts on the sibling, and its own account to the last micro-unit. */
async function operated(arena: Arena, sibling: string): Promise<Seen> {
  const { body } = await arena.get(sibling, '/bursar/v1/balance');
  const path = body['path'] as { account: string; spent: unknown; held: unknown }[];
  const { account, spent, held } = path.at(-1) ?? { account: 'none' };
  const acts = [
    await arena.operate('/topup', { account, amount: '10credits' }),
    await arena.operate('/pause', { account }),
    await arena.operate('/resume', { account }),
  ];
  return { acts: acts.map(told), spent, held };
}
