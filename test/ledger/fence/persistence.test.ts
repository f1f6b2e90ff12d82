import { expect, it, onTestFinished, vi } from 'vitest';
import { startRedis } from '../../support/redis.js';
import { startGateway } from './gateways.js';

it.each([
  [
    ['--appendonly', 'no'],
    /appendonly: found no, so that a restart loses everything; expected yes/,
  ],
  [['--save', '60 1'], /appendonly: found no.*after the last snapshot \(save: 60 1\)/],
  [['--appendonly', 'yes'], /appendfsync: found everysec.*up to two seconds; expected always/],
  [['--appendonly', 'yes', '--appendfsync', 'no'], /appendfsync: found no/],
])(
  'a store that can lose what it acknowledged is served, with a warning: %s',
  async (settings, expected) => {
    const server = await startRedis(settings);
    onTestFinished(() => server.dispose());
    const { ledger, warnings } = await startGateway(server.url);
    await ledger.ping();
    await vi.waitFor(() => expect(warnings).toEqual([expect.stringMatching(expected)]));
  },
);

it('a store that syncs each write gives no warning', async () => {
  const server = await startRedis(['--appendonly', 'yes', '--appendfsync', 'always']);
  onTestFinished(() => server.dispose());
  const { ledger, warnings } = await startGateway(server.url);
  await ledger.tenants();
  await ledger.ping();
  expect(warnings).toEqual([]);
});
