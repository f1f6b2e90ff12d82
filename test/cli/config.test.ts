import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { bursar, emptyFolder } from './harness.js';

const cwd = emptyFolder();
const file = join(cwd, '.bursar', 'bursar.yaml');

beforeAll(async () => {
  await bursar(['init'], { cwd });
});

describe('config check', () => {
  it('sums up what serve would do', async () => {
    const { status, out, err } = await bursar(['config', 'check'], { cwd });
    expect({ status, err }).toEqual({ status: 0, err: '' });
    expect(out).toBe(
      `OK         ${file}\n` +
        'listen     127.0.0.1:8787\n' +
        `ledger     sqlite:${join(cwd, '.bursar', 'ledger.db')}\n` +
        'keys       operator: mint control read policy; every tenant\n' +
        'upstreams  sandbox serves every model; ' +
        'openai is off (its apiKey is empty: set OPENAI_API_KEY); ' +
        'anthropic is off (its apiKey is empty: set ANTHROPIC_API_KEY)\n' +
        'tools      none\n',
    );
  });

  it('an upstream is on with its key, which is not shown', async () => {
    const env = { OPENAI_API_KEY: 'sk-canary-canary-canary' };
    const { out } = await bursar(['config', 'check'], { cwd, env });
    expect(out).toContain(
      'upstreams  openai serves gpt-* o*; ' +
        'anthropic is off (its apiKey is empty: set ANTHROPIC_API_KEY); ' +
        'sandbox is off (it answers only while every provider is off: openai is on)\n',
    );
    expect(out).not.toContain('canary');
    const { out: json } = await bursar(['config', 'check', '--json'], { cwd, env });
    expect(JSON.parse(json)).toEqual({
      ok: true,
      file,
      listen: '127.0.0.1:8787',
      ledger: `sqlite:${join(cwd, '.bursar', 'ledger.db')}`,
      operatorKeys: [{ name: 'operator', scope: ['mint', 'control', 'read', 'policy'] }],
      upstreams: ['openai'],
      off: [
        { name: 'anthropic', why: 'its apiKey is empty: set ANTHROPIC_API_KEY' },
        { name: 'sandbox', why: 'it answers only while every provider is off: openai is on' },
      ],
      tools: [],
    });
  });

  it('shows the operator keys by name, scope and tenants, and no key', async () => {
    const scoped = join(cwd, '.bursar', 'scoped.yaml');
    const keys =
      'operatorKeys:\n' +
      `  - { name: dash, scope: [read], key: "\${DASH_KEY}" }\n` +
      `  - { name: ci, scope: [mint, control], tenants: [acme], key: "\${CI_KEY}" }\n`;
    writeFileSync(scoped, readFileSync(file, 'utf8') + keys);
    const env = {
      DASH_KEY: 'canary-dash-Zk3q9vTn2xR7mWc4LbYh8sJd6PfGu1',
      CI_KEY: 'canary-ci-Zk3q9vTn2xR7mWc4LbYh8sJd6PfGu1',
    };
    const { out } = await bursar(['config', 'check', '--config', scoped], { cwd, env });
    expect(out).toContain(
      'keys       operator: mint control read policy; every tenant\n' +
        '           dash: read; every tenant\n' +
        '           ci: mint control; acme\n',
    );
    const { out: json } = await bursar(['config', 'check', '--config', scoped, '--json'], {
      cwd,
      env,
    });
    expect(JSON.parse(json)).toMatchObject({
      operatorKeys: [
        { name: 'operator' },
        { name: 'dash', scope: ['read'] },
        { name: 'ci', scope: ['mint', 'control'], tenants: ['acme'] },
      ],
    });
    expect(out + json).not.toContain('canary');
  });

  it('tells every mistake with its line, for people and for programs, and status 1', async () => {
    const broken = join(cwd, 'broken.yaml');
    const text = readFileSync(file, 'utf8');
    writeFileSync(
      broken,
      text.replace('127.0.0.1:8787', 'nowhere').replace('ledgerTimeout: 1s', 'ledgerTimeout: soon'),
    );
    const { status, out, err } = await bursar(['config', 'check', '--config', broken, '--json'], {
      cwd,
    });
    expect(status).toBe(1);
    expect(err.match(/broken\.yaml:\d+:\d+: (listen|ledgerTimeout): found/g)).toHaveLength(2);
    expect(JSON.parse(out)).toMatchObject({
      ok: false,
      problems: [{ setting: 'listen' }, { setting: 'ledgerTimeout' }],
    });
  });

  it("does not show the ledger's password", async () => {
    const redis = join(cwd, '.bursar', 'redis.yaml');
    const text = readFileSync(file, 'utf8');
    writeFileSync(redis, text.replace('sqlite:ledger.db', 'redis://u:canary@127.0.0.1:9/0'));
    for (const command of [['config', 'check'], ['config', 'check', '--json'], ['tree']]) {
      const { out, err } = await bursar([...command, '--config', redis], { cwd });
      expect(out + err).toContain('redis://…@127.0.0.1:9/0');
      expect(out + err).not.toContain('canary');
    }
  });
});
