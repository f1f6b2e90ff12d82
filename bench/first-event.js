// Time to the first event of a stream, one call after the other on one connection: prints the
// median in microseconds. Arguments: the URL and how many; credential and body as for wrk.
import { Agent, request } from 'node:http';

const [url = '', count = '100'] = process.argv.slice(2);
const agent = new Agent({ keepAlive: true, maxSockets: 1 });
const headers = {
  'content-type': 'application/json',
  authorization: `Bearer ${process.env['BENCH_CREDENTIAL']}`,
};

/** @returns {Promise<number>} microseconds from the request to the first byte of its first event */
function firstEvent() {
  return new Promise((resolve, reject) => {
    const startedMs = performance.now();
    let micros = 0;
    const asked = request(url, { method: 'POST', agent, headers }, (response) => {
      if (response.statusCode !== 200) reject(new Error(`found status ${response.statusCode}`));
      response.once('data', () => {
        micros = (performance.now() - startedMs) * 1_000;
      });
      response.resume();
      response.once('end', () => resolve(micros));
    });
    asked.once('error', reject);
    asked.end(process.env['BENCH_BODY']);
  });
}

const times = [];
for (let call = 0; call < Number(count); call += 1) times.push(await firstEvent());
agent.destroy();
times.sort((a, b) => a - b);
process.stdout.write(`${Math.round(times[Math.floor(times.length / 2)] ?? 0)}\n`);
