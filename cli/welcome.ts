import type { WrittenTerms } from '../src/minting/terms.js';

/** The root that `npm start` gives away to try things with. */
export const WELCOME_TERMS: WrittenTerms = {
  holder: 'first-agent',
  budget: ['1000'],
  tools: 'gpt-4o:15,gpt-4o-mini:1,web_search:5',
  expires: '24h',
};

export interface Welcome {
  readonly url: string;
  readonly macaroon: string;
  /** The root that it is of. */
  readonly account: string;
  /** What the commands in another terminal must be told too, such as another configuration. */
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * What to try, as text that can be pasted into a shell, line by line or whole. Prices are those of
 * the configuration that `bursar init` writes.
 */
export function renderWelcome({ url, macaroon, account, environment }: Welcome): string {
  const exports = Object.entries(environment).map(
    ([name, value]) => `export ${name}=${quote(value)}\n`,
  );
  return `
# The gateway listens on ${url}. Paste these into another terminal, in this folder.

# A macaroon for first-agent, minted with 1000 credits for 24 hours:
${exports.join('')}export BURSAR_MACAROON=${macaroon}

# A call with it, for 1 credit:
${curl(url, '$BURSAR_MACAROON', 'gpt-4o-mini')}

# Cut 20 credits out of it for a sub-agent. This is offline: no key, no gateway.
CHILD=$(npx bursar delegate --holder scraper --unique --budget 20 --expires 1h)

# A call of the sub-agent, for 15 credits:
${curl(url, '$CHILD', 'gpt-4o')}

# The same again is refused with 402: 5 credits are left, and it needs 15.
${curl(url, '$CHILD', 'gpt-4o')}

# What the sub-agent has left, and the whole tree:
BURSAR_MACAROON=$CHILD npx bursar balance
npx bursar tree ${account}

`;
}

function curl(url: string, macaroon: string, model: string): string {
  const body = JSON.stringify({ model, messages: [{ role: 'user', content: 'Say hello.' }] });
  return (
    `curl -s -w '\\nHTTP %{http_code}\\n' ${url}/v1/chat/completions ` +
    `-H "authorization: Bearer ${macaroon}" -H 'content-type: application/json' -d '${body}'`
  );
}

/** For a shell. */
function quote(path: string): string {
  return `'${path.replaceAll("'", "'\\''")}'`;
}
