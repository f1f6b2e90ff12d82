import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface MadePair {
  /** Paths of files in PEM; the key's has mode 0600. */
  readonly cert: string;
  readonly key: string;
  readonly certText: string;
  readonly keyText: string;
}

/** A self-signed pair for localhost and 127.0.0.1, made by openssl. */
export function makePair(name = 'localhost'): MadePair {
  const folder = mkdtempSync(join(tmpdir(), 'bursar-tls-'));
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  const form = '-x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2';
  execFileSync(
    'openssl',
    [
      ...['req', ...form.split(' '), '-subj', `/CN=${name}`],
      ...['-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1', '-keyout', key, '-out', cert],
    ],
    { stdio: 'ignore' },
  );
  return {
    ...{ cert, key },
    certText: readFileSync(cert, 'utf8'),
    keyText: readFileSync(key, 'utf8'),
  };
}
