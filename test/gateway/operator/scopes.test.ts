import { describe, expect, it } from 'vitest';
import {
  createFindOperator,
  mainOperatorKey,
  type OperatorKey,
  SCOPES,
  type Scope,
} from '../../../gateway/operator/keys.js';
import { OPERATOR_ROUTES } from '../../../gateway/routes/operator.js';
import { bearer, errorOf, gatewayUnderTest, OPERATOR_KEY } from '../harness.js';

function key(name: string, scope: readonly Scope[], tenants?: readonly string[]): OperatorKey {
  return {
    name,
    key: `${name}-Zk3q9vTn2xR7mWc4LbYh8sJd6PfGu1`,
    scope: new Set(scope),
    tenants: tenants && new Set(tenants),
  };
}

function underTest(...keys: OperatorKey[]) {
  const findOperator = createFindOperator([mainOperatorKey(OPERATOR_KEY), ...keys]);
  const gateway = gatewayUnderTest({ findOperator });
  const ask = (by: OperatorKey | undefined, route: string, body?: unknown) => {
    const [method = '', path = ''] = route.split(' ');
    return gateway.app.request(`/bursar/v1${path}`, {
      method,
      headers: bearer(by?.key ?? OPERATOR_KEY),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  };
  const open = async (tenant: string): Promise<string> => {
    const terms = { holder: 'a', budget: '10', expires: '1h', tenant };
    const response = await ask(undefined, 'POST /macaroons', terms);
    return ((await response.json()) as { account: string }).account;
  };
  return { gateway, ask, open };
}

const ROUTES = Object.entries(OPERATOR_ROUTES);
const REFUSED = ['invalid_operator_key', 'operator_scope_missing'];

describe('the scope of an operator key', () => {
  it.each(ROUTES)('%s needs %s, and nothing else', async (route, needed) => {
    for (const scope of SCOPES) {
      const { ask } = underTest(key('one', [scope]));
      const response = await ask(
        key('one', [scope]),
        route,
        route.startsWith('GET') ? undefined : {},
      );
      const body = (await response.json()) as { error?: { code: string } };
      const isRefused = REFUSED.includes(body.error?.code ?? '');
      expect([scope, isRefused]).toEqual([scope, scope !== needed]);
      if (!isRefused) continue;
      expect(response.status).toBe(403);
      expect(body).toMatchObject({
        error: { code: 'operator_scope_missing', message: expect.stringContaining(needed) },
        scopes: { needed, held: [scope] },
      });
    }
  });

  it('is asked of everything below /bursar/v1 that a macaroon does not open', async () => {
    const { gateway } = underTest();
    const macaroon = await gateway.mint();
    const served = gateway.app.routes
      .filter(({ path }) => path.startsWith('/bursar/v1/'))
      .map(({ method, path }) => `${method} ${path.slice('/bursar/v1'.length)}`);
    const unlisted = served.filter((route) => !Object.hasOwn(OPERATOR_ROUTES, route));
    expect(served).toEqual(expect.arrayContaining(ROUTES.map(([route]) => route)));
    for (const route of unlisted) {
      const [method = '', path = ''] = route.split(' ');
      const response = await gateway.app.request(`/bursar/v1${path}`, {
        method,
        headers: bearer(OPERATOR_KEY),
        ...(method === 'POST' ? { body: '{}' } : {}),
      });
      expect([route, (await errorOf(response)).error.code]).toEqual([route, 'invalid_macaroon']);
    }
    expect(macaroon).not.toBe('');
  });

  it('journals who asked by the name of the key', async () => {
    const dash = key('night-shift', ['control']);
    const { gateway, ask, open } = underTest(dash);
    const account = await open('main');
    expect((await ask(dash, 'POST /pause', { account })).status).toBe(200);
    expect((await ask(dash, 'POST /topup', { account, amount: '5' })).status).toBe(200);
    expect((await ask(undefined, 'POST /resume', { account })).status).toBe(200);
    const { entries } = await gateway.ledger.journal({ tenant: 'main', after: 0, max: 100 });
    const actors = entries.flatMap(({ entry }) => ('actor' in entry ? [entry.actor] : []));
    expect(actors).toEqual(['night-shift', 'night-shift', 'operator']);
  });

  it('takes no actor from a request', async () => {
    const { ask, open } = underTest();
    const response = await ask(undefined, 'POST /pause', {
      account: await open('main'),
      actor: 'somebody',
    });
    expect(response.status).toBe(400);
  });

  it('logs who minted', async () => {
    const minter = key('ci', ['mint']);
    const { gateway, ask } = underTest(minter);
    await ask(minter, 'POST /macaroons', { holder: 'a', budget: '1', expires: '1h' });
    expect(gateway.lines).toContainEqual({
      level: 'info',
      fields: { operator: 'ci', account: expect.stringMatching(/^main\//) },
      message: 'minted',
    });
  });
});

describe('the tenants of an operator key', () => {
  const acme = key('acme', ['mint', 'read', 'control'], ['acme', 'acme-dev']);

  it('are all that it mints in', async () => {
    const { ask } = underTest(acme);
    const terms = { holder: 'a', budget: '1', expires: '1h' };
    const status = async (tenant?: string) =>
      (await ask(acme, 'POST /macaroons', { ...terms, tenant })).status;
    expect([await status('acme'), await status('acme-dev')]).toEqual([201, 201]);
    // Without one it is main.
    expect([await status(undefined), await status('other')]).toEqual([403, 403]);
  });

  it('are all that it sees', async () => {
    const { ask, open } = underTest(acme);
    const [own] = [await open('acme'), await open('main')];
    const response = await ask(acme, 'GET /accounts');
    const { roots } = (await response.json()) as { roots: { account: string }[] };
    expect(roots.map(({ account }) => account)).toEqual([own]);
  });

  it('hide whether there is an account in another', async () => {
    const { ask, open } = underTest(acme);
    const there = await open('main');
    const missing = `main/${'0'.repeat(32)}`;
    const answers = async (account: string) => {
      const all: string[] = [];
      for (const [route] of ROUTES.filter(([, scope]) => scope === 'control')) {
        const response = await ask(acme, route, {
          account,
          ...(route.endsWith('topup') && { amount: '1' }),
        });
        expect([route, response.status]).toEqual([route, 403]);
        all.push(await response.text());
      }
      const one = await ask(acme, `GET /accounts?account=${encodeURIComponent(account)}`);
      expect(one.status).toBe(403);
      return [...all, await one.text()];
    };
    expect(await answers(there)).toEqual(await answers(missing));
    expect((await answers(there))[0]).toContain('operator_tenant_denied');
  });

  it('are no beginning of a name', async () => {
    const one = key('one', ['read'], ['acm']);
    const { ask, open } = underTest(one);
    const account = await open('acme');
    expect((await ask(one, `GET /accounts?account=${account}`)).status).toBe(403);
  });
});
