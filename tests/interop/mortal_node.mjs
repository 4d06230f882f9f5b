// A Node worker in a process of its own, to be killed. `holds`: it never ends a job; `works`: it ends them after some milliseconds.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { connection, queueName, requireOf } from './harness.mjs';

const script = `
  const { createRequire } = require('node:module');
  const [, manifest, queue, path, concurrency, manner] = process.argv;
  const { Worker } = createRequire(manifest)('bullmq');
  const run = async (job) => {
    console.log(job.id);
    if (manner === 'holds') await new Promise(() => {});
    if (job.name === 'fail') throw new Error('by a mortal');
    await new Promise((resolve) => setTimeout(resolve, 3));
  };
  new Worker(queue, run, { connection: { path, maxRetriesPerRequest: null }, lockDuration: 1000, stalledInterval: 1000, maxStalledCount: 1000,
    concurrency: Number(concurrency) });`;

// `started`: called with the id of each job that it starts.
export function mortalNode(concurrency = 1, manner = 'holds', started = () => {}) {
  const child = spawn(process.execPath, ['-e', script, requireOf.resolve('bullmq/package.json'), queueName, connection.path, String(concurrency), manner],
    { stdio: ['ignore', 'pipe', 'inherit'] });
  child.running = 0;
  createInterface({ input: child.stdout }).on('line', (id) => { child.running += 1; started(id); });
  return child;
}
