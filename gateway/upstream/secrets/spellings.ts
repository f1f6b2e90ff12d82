/** Anything shorter would be found by chance in what has nothing to do with it. */
const LEAST_SECRET_LENGTH = 8;

/**
 * The bytes by which a secret is found in an answer: as it is, URL-encoded, inside a JSON string (as Go and
 * PHP write it, too), inside HTML, in hex, and in base64 wherever it stands in what was encoded. None of them
 * holds another. It is what an echo makes of a header; a tool that wants to give it away can always spell
 * it in another way.
 * @param value of a header, such as `Bearer sk-…`: a scheme before it is no part of the secret
 */
export function spellingsOf(value: string): readonly Buffer[] {
  const all = secretsIn(value).flatMap((secret) => [
    secret,
    ...urlEncoded(secret),
    ...jsonEscaped(secret),
    secret.replace(/[&<>"']/g, (char) => HTML[char] ?? char),
    ...hex(secret),
    ...base64(secret),
  ]);
  const spellings = [...new Set(all)];
  return spellings
    .filter((one) => !spellings.some((other) => other !== one && one.includes(other)))
    .map((one) => Buffer.from(one));
}

/** `Bearer sk-…` holds one, `Basic dXNlcjpwYXNz` also what it encodes. */
function secretsIn(value: string): readonly string[] {
  const [, scheme, credentials] = /^([A-Za-z][\w-]*) +(\S.*)$/.exec(value) ?? [];
  const own = credentials ?? value;
  const encoded = scheme?.toLowerCase() === 'basic' ? fromBasic(own) : [];
  return [own, ...encoded].filter(({ length }) => length >= LEAST_SECRET_LENGTH);
}

/** The user with the password, and the password alone: RFC 7617. */
function fromBasic(credentials: string): readonly string[] {
  const pair = Buffer.from(credentials, 'base64').toString();
  return [pair, pair.slice(pair.indexOf(':') + 1)];
}

function urlEncoded(secret: string): readonly string[] {
  const uri = encodeURIComponent(secret);
  const form = new URLSearchParams([['', secret]]).toString().slice(1);
  return [uri, form].flatMap((one) => [one, one.replace(/%../g, (code) => code.toLowerCase())]);
}

function jsonEscaped(secret: string): readonly string[] {
  const json = JSON.stringify(secret).slice(1, -1);
  const escaped = (chars: RegExp, upper: boolean) =>
    json.replace(chars, (char) => {
      const code = char.charCodeAt(0).toString(16).padStart(4, '0');
      return `\\u${upper ? code.toUpperCase() : code}`;
    });
  return [
    json,
    json.replaceAll('/', '\\/'),
    escaped(/[<>&]/g, false),
    escaped(/[<>&'+]/g, false),
    escaped(/[<>&'+]/g, true),
  ];
}

const HTML: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function hex(secret: string): readonly string[] {
  const lower = Buffer.from(secret).toString('hex');
  return [lower, lower.toUpperCase()];
}

/**
 * What of the encoded text is the secret's alone, behind 0, 1 or 2 bytes that share its first group:
 * RFC 4648 §4, six bits a character.
 */
function base64(secret: string): readonly string[] {
  return [0, 1, 2].flatMap((before) => {
    const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(secret)]);
    const from = Math.ceil((before * 8) / 6);
    const to = Math.floor((bytes.length * 8) / 6);
    const text = bytes.toString('base64').slice(from, to);
    return [text, text.replaceAll('+', '-').replaceAll('/', '_')];
  });
}
