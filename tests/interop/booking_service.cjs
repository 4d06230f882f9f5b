// A downstream booking service as the older service's users run it: a plain BullMQ worker on internal-booking-events.
// argv: package.json of the BullMQ to use, Redis socket, folder of PostgreSQL's socket, courier URL, `key` or `nokey`, ms a job takes
// after the courier has answered.
const { createRequire } = require('node:module');
const { execFile } = require('node:child_process');
const { promisify } = require('node:util');
const [, , manifest, redisSocket, postgresFolder, courier, keyed, pause] = process.argv;
const { Worker } = createRequire(manifest)('bullmq');

const sql = async (text) => (await promisify(execFile)('psql', ['-qAt', '-h', postgresFolder, '-U', 'orders', 'orders', '-c', text])).stdout.trim();

const worker = new Worker('internal-booking-events', async (job) => {
  const id = Number(job.data.eventStoreId);
  const refId = await sql(`SELECT ref_id FROM event_store WHERE id = ${id} AND processed_at IS NULL`);
  if (!refId) return;
  const headers = { 'content-type': 'application/json', ...(keyed === 'key' ? { 'idempotency-key': `book-${id}` } : {}) };
  const answer = await fetch(`${courier}/request-shipping-booking`, { method: 'POST', headers, body: JSON.stringify({ refId }) });
  if (!answer.ok) throw new Error(`the courier answered ${answer.status}`);
  console.log(`booked ${id}`);
  await new Promise((resolve) => setTimeout(resolve, Number(pause)));
  await sql(`UPDATE event_store SET processed_at = now() WHERE id = ${id}`);
}, { connection: { path: redisSocket, maxRetriesPerRequest: null }, concurrency: 4, lockDuration: 2000, stalledInterval: 2000 });
worker.waitUntilReady().then(() => console.log('ready'));
