import { describe, expect, it } from 'vitest';
import { makePair } from '../../../support/certificates.js';
import { MINIMAL, serve } from '../fixture.js';
import { check, LISTEN } from './table.js';

const PAIR = makePair();
const OTHER = makePair();
const files = {
  '/etc/bursar/tls/cert.pem': { text: PAIR.certText, mode: 0o644 },
  '/etc/bursar/tls/key.pem': { text: PAIR.keyText },
};
const TLS = 'tls: {cert: tls/cert.pem, key: tls/key.pem}\n';

describe('adminListen', () => {
  it('is an address of its own', () => {
    const { gateway } = serve({ yaml: `${MINIMAL}adminListen: "[::1]:9000"\n` });
    expect(gateway.adminListen).toEqual({ host: '::1', port: 9_000 });
    expect(serve({ yaml: MINIMAL }).gateway.adminListen).toBeUndefined();
  });

  check([
    ['no address', `${MINIMAL}adminListen: here\n`, `3:14: adminListen: found "here"; ${LISTEN}`],
    [
      'the same as listen',
      `${MINIMAL}adminListen: 127.0.0.1:8787\n`,
      '3:14: adminListen: found the address of listen; expected another port',
    ],
  ]);
});

describe('tls', () => {
  it('is a pair of files beside the configuration', () => {
    expect(serve({ yaml: `${MINIMAL}${TLS}`, files }).gateway.tls).toEqual({
      cert: '/etc/bursar/tls/cert.pem',
      key: '/etc/bursar/tls/key.pem',
    });
  });

  const given = (name: string, text: string, mode = 0o600) => ({
    yaml: `${MINIMAL}${TLS}`,
    files: { ...files, [`/etc/bursar/tls/${name}.pem`]: { text, mode } },
  });

  check([
    [
      'half of a pair',
      { yaml: `${MINIMAL}tls: {cert: tls/cert.pem}\n`, files },
      '3:1: tls.key: found nothing; expected the path of its key in PEM',
    ],
    [
      'no file',
      { yaml: `${MINIMAL}${TLS}` },
      '3:13: tls.cert: found no such file: /etc/bursar/tls/cert.pem; expected a certificate in PEM',
    ],
    [
      'no certificate',
      given('cert', 'hello'),
      '3:13: tls.cert: found what is no certificate: /etc/bursar/tls/cert.pem; expected a certificate in PEM',
    ],
    [
      'no key',
      given('key', 'canary'),
      '3:32: tls.key: found what is no private key: /etc/bursar/tls/key.pem; expected a private key in PEM, without a passphrase',
    ],
    [
      'the key of another certificate',
      given('key', OTHER.keyText),
      '3:32: tls.key: found a key of another certificate: /etc/bursar/tls/key.pem; expected the key of /etc/bursar/tls/cert.pem',
    ],
    [
      'a key that others can read',
      given('key', PAIR.keyText, 0o644),
      '3:32: tls.key: found /etc/bursar/tls/key.pem with mode 0644; expected mode 0600: run chmod 600 /etc/bursar/tls/key.pem',
    ],
  ]);
});
