import { createPrivateKey, X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { ConfigError } from './errors.js';
import { describeReadError, type FileReader } from './files.js';
import type { LoadedConfig } from './load.js';
import { readPrivateText, SecretError } from './secrets.js';

type Files = Pick<FileReader, 'read'>;

/** Where the certificate and its key are: absolute paths. */
export interface TlsPaths {
  readonly cert: string;
  readonly key: string;
}

/** What the listeners show. */
export interface TlsPair {
  /** PEM: the certificate, and those that lead to a trusted one behind it. */
  readonly cert: string;
  /** PEM, without a passphrase. */
  readonly key: string;
  /** Of the certificate itself. */
  readonly expiresAtMs: number;
}

/** Which of the two files is at fault. */
export class TlsPairError extends SecretError {
  readonly setting: keyof TlsPaths;
  constructor(setting: keyof TlsPaths, found: string, expected: string) {
    super(found, expected);
    this.setting = setting;
  }
}

/** @throws {TlsPairError} for files that are no pair; the message holds nothing of the key */
export function readTlsPair(paths: TlsPaths, files: Files): TlsPair {
  const cert = readCertText(paths.cert, files);
  const key = readKeyText(paths.key, files);
  const certificate = parse(
    'cert',
    `what is no certificate: ${paths.cert}`,
    'a certificate in PEM',
    () => {
      return new X509Certificate(cert);
    },
  );
  const keyForm = 'a private key in PEM, without a passphrase';
  const privateKey = parse('key', `what is no private key: ${paths.key}`, keyForm, () => {
    return createPrivateKey(key);
  });
  if (!certificate.checkPrivateKey(privateKey)) {
    throw new TlsPairError(
      'key',
      `a key of another certificate: ${paths.key}`,
      `the key of ${paths.cert}`,
    );
  }
  parse('cert', `a chain that can't be used: ${paths.cert}`, 'certificates in PEM', () =>
    createSecureContext({ cert, key }),
  );
  return { cert, key, expiresAtMs: Date.parse(certificate.validTo) };
}

/** The pair as `tls` names it. @throws {ConfigError} */
export function checkTlsPair({ document }: LoadedConfig, paths: TlsPaths, files: Files): TlsPair {
  try {
    return readTlsPair(paths, files);
  } catch (error) {
    if (!(error instanceof TlsPairError)) throw error;
    const { found, expected, setting } = error;
    const at = document.valueAt(['tls', setting]);
    throw new ConfigError([
      { file: document.file, at, setting: `tls.${setting}`, found, expected },
    ]);
  }
}

function readCertText(file: string, files: Files): string {
  try {
    return files.read(file).text;
  } catch (error) {
    throw new TlsPairError('cert', `${describeReadError(error)}: ${file}`, 'a certificate in PEM');
  }
}

function readKeyText(file: string, files: Files): string {
  try {
    return readPrivateText(file, files, 'the key of the certificate, in PEM');
  } catch (error) {
    if (!(error instanceof SecretError)) throw error;
    throw new TlsPairError('key', error.found, error.expected);
  }
}

function parse<T>(setting: keyof TlsPaths, found: string, expected: string, read: () => T): T {
  try {
    return read();
  } catch {
    // OpenSSL's words help nobody, and could hold what is in the file.
    throw new TlsPairError(setting, found, expected);
  }
}
