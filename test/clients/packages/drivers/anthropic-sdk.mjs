import Anthropic from '@anthropic-ai/sdk';
import { betaZodTool } from '@anthropic-ai/sdk/helpers/beta/zod';
import { apiKey, feature, finish, model, PROMPT, root, stream, tools } from './setting.mjs';

const client = new Anthropic({ baseURL: root, apiKey });

/** The SDK's own loop, with thinking, a cache and, where asked, the search of the provider. */
const runner = client.beta.messages.toolRunner({
  model,
  stream,
  max_tokens: 4096,
  thinking: { type: 'enabled', budget_tokens: 1024 },
  system: [{ type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral', ttl: '1h' } }],
  messages: [{ role: 'user', content: PROMPT }],
  tools: [
    ...tools.map(({ name, description, parameters, run }) =>
      betaZodTool({ name, description, inputSchema: parameters, run }),
    ),
    ...(feature === 'search'
      ? [{ type: 'web_search_20250305', name: 'web_search', max_uses: 3 }]
      : []),
  ],
});
const last = await runner.runUntilDone();
finish(last.content.findLast(({ type }) => type === 'text').text);
