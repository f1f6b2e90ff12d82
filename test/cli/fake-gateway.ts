import { runInside } from './harness.js';

/** A gateway that answers the operator's commands what it is told. */
export const ROOT_A = `main/a1${'0'.repeat(30)}`;
export const ROOT_B = `main/b1${'0'.repeat(30)}`;
export const OPERATOR_KEY = '6c1d8f0b27ae94536c1d8f0b27ae9453f';

export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
  readonly authorization: string | null;
}

export type Reply = (seen: Seen) => { readonly status?: number; readonly body: unknown };

const zero = { credits: 0, usd: 0, tokens: 0, calls: 0 };

export function account(name: string, holder: string, more: object = {}) {
  const limits = [
    { unit: 'credits', window: 'life', limit: 100, spent: 16, held: 0, remaining: 84 },
  ];
  return {
    account: name,
    holder,
    standing: 'open',
    limits,
    spent: { ...zero, credits: 16 },
    held: zero,
    toppedUp: {},
    setAside: [],
    ...more,
  };
}

const facts = { holder: 'x', kid: 'k1', expires: '2026-02-01T12:00:00Z', labels: {} };
const children = [
  { ...account(`${ROOT_A}/scraper-1`, 'scraper-1'), children: [] },
  { ...account(`${ROOT_A}/scraper-2`, 'scraper-2'), children: [] },
  { ...account(`${ROOT_A}/writer`, 'writer'), children: [] },
];

/** What `GET accounts` answers. */
function lookUp(path: string): unknown {
  const asked = new URLSearchParams(path.split('?')[1]).get('account');
  const roots = [
    { ...account(ROOT_A, 'research'), root: facts },
    { ...account(ROOT_B, 'billing'), root: facts },
  ];
  if (asked === null) return { roots };
  const own = account(asked, asked.split('/').at(-1) ?? '');
  const isStored = children.some((child) => child.account === asked);
  const known = { ...own, accounts: isStored ? 1 : 0 };
  return { account: asked, root: facts, path: [known], children };
}

export async function operator(
  args: readonly string[],
  reply: Reply,
  more: Readonly<Record<string, string>> = {},
) {
  const seen: Seen[] = [];
  const fetch: typeof globalThis.fetch = async (url, init) => {
    const { method = 'GET', body, headers } = init ?? {};
    const one = {
      method,
      path: String(url).replace('http://gateway/bursar/v1/', ''),
      body: typeof body === 'string' ? JSON.parse(body) : undefined,
      authorization: new Headers(headers).get('authorization'),
    };
    seen.push(one);
    if (method === 'GET' && one.path.startsWith('accounts')) {
      return Response.json(lookUp(one.path));
    }
    const { status = 200, body: answer } = reply(one);
    return Response.json(answer, { status });
  };
  const env = { BURSAR_GATEWAY: 'http://gateway', BURSAR_OPERATOR_KEY: OPERATOR_KEY, ...more };
  const result = await runInside(args, { env, fetch });
  return { ...result, posts: seen.filter(({ method }) => method === 'POST'), seen };
}

export const refused = (code: string, status: number, message = 'No.') => ({
  status,
  body: { error: { message, type: 'x', code, param: null } },
});
