// Sends chat completions of 11 to 20 MiB by the OpenAI SDK, and prints the status of each as JSON, or
// what broke it. In a process of its own: in the gateway's, neither side writes while the other reads.
import OpenAI from 'openai';

const [baseURL, apiKey] = process.argv.slice(2);
const client = new OpenAI({ baseURL, apiKey, maxRetries: 0 });
const ends = [];
for (let mebibytes = 11; mebibytes <= 20; mebibytes += 1) {
  const content = 'x'.repeat(mebibytes * 1024 * 1024);
  const messages = [{ role: /** @type {const} */ ('user'), content }];
  const call = client.chat.completions.create({ model: 'gpt-4o', messages });
  ends.push(
    await call.then(
      () => 200,
      (error) => error.status ?? error.cause?.cause?.code ?? error.message,
    ),
  );
}
console.log(JSON.stringify(ends));
