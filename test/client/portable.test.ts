import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

/** Runs the built client where nothing that only Node has is in reach. */
const PROGRAM = `
  const { writeSync } = await import('node:fs');
  for (const name of ['Buffer', 'process', 'global', 'setImmediate', 'fetch']) {
    delete globalThis[name];
  }
  const { createReservationClient } = await import(MODULE);
  const sent = [];
  const fetch = async (url, { headers, body }) => {
    sent.push([url, Object.keys(headers), body]);
    const text = async () => JSON.stringify({
      reservation: 'r', account: 'a', held: { credits: 5 }, deadline: '2026-06-01T12:00:00.000Z',
      charged: { credits: 2.5 },
    });
    return { status: sent.length === 1 ? 502 : 200, text };
  };
  const client = createReservationClient({ gateway: 'http://g/', macaroon: 'm', fetch });
  const { charged } = await client.spend({ tool: 't', credits: '5' }, async () => ({ value: 1, cost: { credits: '2.5' } }));
  writeSync(1, JSON.stringify({ sent, charged }));
`;

it('the client needs nothing of Node', () => {
  const module = fileURLToPath(new URL('../../dist/src/client/index.js', import.meta.url));
  const program = PROGRAM.replace('MODULE', JSON.stringify(module));
  const output = execFileSync(process.execPath, ['--input-type=module', '-e', program], {
    encoding: 'utf8',
  });
  const headers = ['authorization', 'content-type'];
  const reserve = [
    'http://g/bursar/v1/reservations',
    [...headers, 'idempotency-key'],
    '{"tool":"t","credits":"5"}',
  ];
  const settle = ['http://g/bursar/v1/reservations/r/settle', headers, '{"credits":"2.5"}'];
  expect(JSON.parse(output)).toEqual({
    sent: [reserve, reserve, settle],
    charged: { credits: '2.5' },
  });
});
