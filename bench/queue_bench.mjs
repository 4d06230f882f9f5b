// Our queue library and the npm client on the same work, in turn, on a Redis of their own.
// node bench/queue_bench.mjs [build folder] [jobs]; BullMQ as installed for the conformance tests.
import { execFileSync, spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const root = new URL('..', import.meta.url).pathname;
const build = process.argv[2] ?? join(root, 'build/release');
const jobs = Number(process.argv[3] ?? 30000);
const folder = mkdtempSync(join(tmpdir(), 'ooq-'));
const socket = join(folder, 'redis.sock');
const server = spawn('redis-server', ['--port', '0', '--unixsocket', socket, '--save', '', '--appendonly', 'no'], { stdio: 'ignore' });
while (!existsSync(socket)) await sleep(10);
const connection = { path: socket, maxRetriesPerRequest: null };
const options = { attempts: 3, backoff: { type: 'exponential', delay: 5000 }, removeOnComplete: true };

async function npm(major) {
  const require = createRequire(join(root, `tests/interop/bullmq${major}/package.json`));
  const { Queue, Worker } = require('bullmq');
  const queue = new Queue('bench', { connection });
  const one = () => ({ name: 'orders/create', data: { eventStoreId: 123456 }, opts: options });
  const figures = {};
  for (const batch of [1, 64]) {
    const from = performance.now();
    for (let n = 0; n < jobs; n += batch) {
      if (batch === 1) await queue.add('orders/create', { eventStoreId: 123456 }, options);
      else await queue.addBulk(Array.from({ length: Math.min(batch, jobs - n) }, one));
    }
    figures[`add ${batch}`] = (jobs * 1000) / (performance.now() - from);
    const start = performance.now();
    await new Promise((resolve) => {
      let done = 0;
      const worker = new Worker('bench', async () => null, { connection, concurrency: batch });
      worker.on('completed', () => { if (++done === jobs) worker.close().then(resolve); });
    });
    figures[`run ${batch}`] = (jobs * 1000) / (performance.now() - start);
    await queue.drain();
  }
  await queue.obliterate({ force: true });
  await queue.close();
  return figures;
}

function ours() {
  const call = (...words) => Number(execFileSync(join(build, 'bin/queue_bench'), [socket, ...words.map(String)], { encoding: 'utf8' }));
  const figures = {};
  for (const [batch, threads] of [[1, 1], [64, 2]]) { // one at a time is one at a time
    figures[`add ${batch}`] = call('add', batch, jobs, threads);
    figures[`run ${batch}`] = call('run', batch, jobs, threads);
  }
  return figures;
}

const results = { ours: ours(), 'bullmq 5': await npm(5), 'bullmq 6': await npm(6), 'ours again': ours() };
console.log('jobs/s'.padEnd(12), ...Object.keys(results).map((name) => name.padStart(12)), 'ours / best npm'.padStart(18));
for (const what of ['add 1', 'add 64', 'run 1', 'run 64']) {
  const best = Math.max(results['bullmq 5'][what], results['bullmq 6'][what]);
  console.log(what.padEnd(12), ...Object.values(results).map((each) => Math.round(each[what]).toString().padStart(12)),
    (((results.ours[what] + results['ours again'][what]) / 2) / best).toFixed(1).padStart(18));
}
server.kill();
rmSync(folder, { recursive: true, force: true });
process.exit(0);
