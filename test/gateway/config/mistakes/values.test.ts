import { describe } from 'vitest';
import { MINIMAL } from '../fixture.js';
import { check, LISTEN, type Row } from './table.js';

describe('a wrong value', () => {
  check([
    [
      'a port too high',
      `${MINIMAL}listen: 127.0.0.1:65536\n`,
      `3:9: listen: found "127.0.0.1:65536"; ${LISTEN}`,
    ],
    ['a port alone', `${MINIMAL}listen: 8787\n`, `3:9: listen: found "8787"; ${LISTEN}`],
    ['no port', `${MINIMAL}listen: localhost\n`, `3:9: listen: found "localhost"; ${LISTEN}`],
    [
      'IPv6 without brackets',
      `${MINIMAL}listen: "::1:80"\n`,
      `3:9: listen: found "::1:80"; ${LISTEN}`,
    ],
    [
      'no IPv4',
      `${MINIMAL}listen: 127.0.0.256:80\n`,
      `3:9: listen: found "127.0.0.256:80"; ${LISTEN}`,
    ],
    [
      'nothing',
      `${MINIMAL}listen:\n`,
      '3:8: listen: found nothing; expected HOST:PORT such as 127.0.0.1:8787',
    ],
    [
      'a list',
      `${MINIMAL}listen: [a]\n`,
      '3:9: listen: found a list; expected HOST:PORT such as 127.0.0.1:8787',
    ],
    [
      'another store',
      `${MINIMAL}ledger: postgres://h/db\n`,
      '3:9: ledger: found "postgres://h/db"; expected sqlite:PATH, redis://HOST:6379/0, redis+cluster://HOST:7000,… or redis+sentinel://HOST:26379,…/NAME, where rediss… is the same with TLS',
    ],
    [
      'replicas of a file',
      `${MINIMAL}ledgerWait: { replicas: 1 }\n`,
      '3:13: ledgerWait: found a ledger without replicas; expected a ledger in Redis, or no ledgerWait',
    ],
    [
      'a wait that outlasts the call',
      `${MINIMAL}ledger: redis://h\nledgerWait: { replicas: 1, timeout: 1s }\n`,
      '4:13: ledgerWait.timeout: found 1000ms; expected less than ledgerTimeout, 1000ms',
    ],
    [
      'a wait for nobody',
      `${MINIMAL}ledger: redis://h\nledgerWait: { replicas: 0 }\n`,
      '4:25: ledgerWait.replicas: found "0"; expected a whole number from 1 to 9',
    ],
    [
      'a cluster with a database',
      `${MINIMAL}ledger: redis+cluster://a:7000,b:7001/1\n`,
      '3:9: ledger: found "redis+cluster://a:7000,b:7001/1"; expected redis+cluster://[USER:PASSWORD@]HOST[:PORT],…, with no path (a cluster has no numbered databases) and no query',
    ],
    [
      'sentinels without a name',
      `${MINIMAL}ledger: rediss+sentinel://u:hunter2@a:7000?sentinel=hunter2\n`,
      '3:9: ledger: found "rediss+sentinel://[credentials]@a:7000?sentinel=[credentials]"; expected redis+sentinel://[USER:PASSWORD@]HOST[:PORT],…/NAME[/NUMBER], and no query but ?sentinel=[USER:]PASSWORD',
    ],
    ...['redis://u:hunter2@h/x', 'redis://:hun/ter2@h', 'redis://u:%zz@h'].map(
      (url): Row => [
        `the URL ${url}`,
        `${MINIMAL}ledger: ${url}\n`,
        `3:9: ledger: found "redis://[credentials]@h${url.endsWith('/x') ? '/x' : ''}"; expected redis://[USER:PASSWORD@]HOST[:PORT][/NUMBER], with no query`,
      ],
    ),
    [
      'a ledger in memory',
      `${MINIMAL}ledger: "sqlite::memory:"\n`,
      '3:9: ledger: found "sqlite::memory:"; expected a file: a ledger in memory would let everyone spend anew at each start',
    ],
    [
      'a file that looks like a host',
      `${MINIMAL}ledger: sqlite://ledger.db\n`,
      '3:9: ledger: found "sqlite://ledger.db"; expected sqlite:PATH without //, such as sqlite:ledger.db',
    ],
    [
      'no file',
      `${MINIMAL}ledger: "sqlite:"\n`,
      '3:9: ledger: found "sqlite:"; expected the path of a file or folder',
    ],
    [
      'the home folder',
      `${MINIMAL}stateDir: ~/state\n`,
      `3:11: stateDir: found "~/state"; expected a path without ~ (\${HOME} is the home folder)`,
    ],
    ...['1000', '0s', '2m', '1.5s', '1 s'].map(
      (duration): Row => [
        `the duration ${duration}`,
        `${MINIMAL}ledgerTimeout: ${duration}\n`,
        `3:16: ledgerTimeout: found "${duration}"; expected a duration from 1ms to 1m: a whole number and ms, s, m, h or d`,
      ],
    ),
    ...['59s', '31d', '0', '-1h'].map(
      (duration): Row => [
        `the duration ${duration} to remember`,
        `${MINIMAL}ledgerRetain: ${duration}\n`,
        `3:15: ledgerRetain: found "${duration}"; expected a duration from 1m to 30d: a whole number and ms, s, m, h or d`,
      ],
    ),
    ...['10MB', '10', '512B', '2GiB', '1.5MiB'].map(
      (size): Row => [
        `the size ${size}`,
        `${MINIMAL}limits: {body: ${size}}\n`,
        `3:16: limits.body: found "${size}"; expected a size from 1KiB to 1GiB: a whole number and B, KiB, MiB or GiB`,
      ],
    ),
    ...['0', '1e3', '1024.0', '-1'].map(
      (count): Row => [
        `the number ${count}`,
        `${MINIMAL}limits: {connections: ${count}}\n`,
        `3:23: limits.connections: found "${count}"; expected a whole number from 1 to 1000000`,
      ],
    ),
  ]);
});
