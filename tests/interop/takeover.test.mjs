// Takeover under way: the service and older Node programs share the queues, and a Node process is killed in the middle.
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { bull, major, requireOf, sleep, until } from './harness.mjs';

const folder = mkdtempSync(join(tmpdir(), 'oot-'));
const redisSocket = join(folder, 'redis.sock');
const postgresFolder = join(folder, 'postgresql');
const connection = { path: redisSocket, maxRetriesPerRequest: null };
let service, base;

const sql = async (text) => (await promisify(execFile)('psql', ['-qAt', '-h', postgresFolder, '-U', 'orders', 'orders', '-c', text], { maxBuffer: 1 << 26 })).stdout.trim();

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

before(async () => {
  await promisify(execFile)('chmod', ['755', folder]); // PostgreSQL may run as another user
  const port = await freePort();
  base = `http://127.0.0.1:${port}`;
  service = spawn(process.env.ORCHESTRATORD, ['serve', '--embedded', '--data-dir', folder],
    { env: { ...process.env, APP_ENV: 'test', APP_PORT: String(port), SHOPIFY_ADMIN_NOTIFICATIONS_RATE_MAX: '1000' }, stdio: 'ignore' });
  await until(async () => (await fetch(`${base}/readyz`).catch(() => null))?.ok, 60000, 'the service is ready');
});

after(async () => {
  const gone = new Promise((resolve) => service.once('exit', resolve));
  service.kill('SIGTERM');
  await gone;
  rmSync(folder, { recursive: true, force: true });
});

// A Node producer of the older service: it stores the event, then adds its job.
async function produce(queue, name, source, type, refId, payload) {
  const id = await sql(`INSERT INTO event_store (source, type, ref_id, payload) VALUES ('${source}', '${type}', '${refId}', '${JSON.stringify(payload)}') RETURNING id`);
  await queue.add(name, { eventStoreId: Number(id) }, { attempts: 3, backoff: { type: 'exponential', delay: 5000 }, removeOnComplete: true });
}

async function bookings(refs) {
  const { entries } = await (await fetch(`${base}/mocks/ledger?from=0&limit=5000`)).json();
  const counts = new Map(refs.map((ref) => [ref, 0]));
  for (const each of entries)
    if (each.call === 'request-shipping-booking' && counts.has(each.refId)) counts.set(each.refId, counts.get(each.refId) + 1);
  return counts;
}

const bookingService = (keyed, pause) => {
  const child = spawn(process.execPath, [new URL('./booking_service.cjs', import.meta.url).pathname, requireOf.resolve('bullmq/package.json'), redisSocket,
    postgresFolder, `${base}/mocks`, keyed, String(pause)], { stdio: ['ignore', 'pipe', 'inherit'] });
  child.booked = 0;
  child.stdout.on('data', (text) => { child.booked += String(text).split('booked').length - 1; });
  return child;
};

for (const [keyed, what] of [['key', 'every event is processed, every order booked once'], ['nokey', 'the control without the key shows a duplicate']]) {
  test(`takeover with a Node booking service (BullMQ ${major}) that is killed: ${what}`, async () => {
    const shopify = new bull.Queue('shopify-events', { connection });
    const courier = new bull.Queue('courier-events', { connection });
    const refs = Array.from({ length: 40 }, (_, i) => String((keyed === 'key' ? 7100 : 7200) * 100000 + i));
    const first = bookingService(keyed, 60000); // takes jobs, books, and never comes to the end of one
    await sleep(500);
    for (const ref of refs)
      await produce(shopify, 'orders/create', 'shopify', 'ORDER_CREATED', ref, { refId: ref, source: 'shopify', financialStatus: 'paid', date: '2026-04-06T10:15:43Z', name: `#${ref}` });
    await until(() => first.booked > 0, 20000, 'the Node service books');
    first.kill('SIGKILL');
    const second = bookingService(keyed, 0);
    const open = () => sql(`SELECT count(*) FROM event_store WHERE ref_id IN (${refs.map((ref) => `'${ref}'`)}) AND processed_at IS NULL`);
    await until(async () => (await open()) === '0', 60000, 'every event is processed');
    const counts = [...(await bookings(refs)).values()];
    if (keyed === 'key') {
      assert.deepEqual(counts, refs.map(() => 1));
      const tracking = refs.map((ref) => [ref, `TRACK-${ref}`]);
      for (const [ref, number] of tracking) {
        await sql(`INSERT INTO tracking_numbers (courier, tracking_number, order_id) SELECT 'DHL', '${number}', id FROM orders WHERE ref_id = '${ref}'`);
        await produce(courier, 'courier-events', 'courier', 'COURIER_STATUS_UPDATED', number,
          { trackingNumber: number, courier: 'DHL', status: 'shipped', timestamp: '2026-04-07T10:00:00Z' });
      }
      await until(async () => (await sql(`SELECT count(*) FROM orders WHERE shipping_status = 'shipped' AND ref_id IN (${refs.map((ref) => `'${ref}'`)})`)) === '40', 30000, 'all are shipped');
      await until(async () => (await sql('SELECT count(*) FROM event_store WHERE processed_at IS NULL')) === '0', 30000, 'nothing is left');
    } else {
      assert.ok(Math.max(...counts) > 1, 'a booking service without the published key books twice');
      assert.ok(Math.min(...counts) === 1);
    }
    second.kill('SIGKILL');
    await shopify.close();
    await courier.close();
  });
}

for (const name of ['shopify-events', 'internal-booking-events']) {
  test(`jobs of others that name no event fail for good with their fault, in ${name}`, async () => {
    const queue = new bull.Queue(name, { connection });
    const faults = {
      'no-id': [{}, /no eventStoreId/],
      text: [{ eventStoreId: 'seven' }, /not a positive 64-bit integer/],
      huge: [{ eventStoreId: 1e300 }, /not a positive 64-bit integer/],
      unknown: [{ eventStoreId: 987654321 }, /987654321/],
    };
    for (const [jobId, [data]] of Object.entries(faults)) await queue.add('orders/create', data, { jobId });
    const redis = new (requireOf('ioredis').Redis)({ path: redisSocket });
    await redis.hset(`bull:${name}:broken`, { name: 'orders/create', data: '{"eventStoreId":', opts: '{}', timestamp: Date.now(), delay: 0, priority: 0 });
    await redis.lpush(`bull:${name}:wait`, 'broken');
    await redis.zadd(`bull:${name}:marker`, 0, '0');
    await until(async () => (await redis.zcard(`bull:${name}:failed`)) === 5, 20000, 'all five have failed');
    for (const [jobId, [, reason]] of Object.entries(faults)) assert.match((await queue.getJob(jobId)).failedReason, reason);
    assert.match(await redis.hget(`bull:${name}:broken`, 'failedReason'), /not a JSON object/);
    assert.deepEqual([await redis.llen(`bull:${name}:wait`), await redis.llen(`bull:${name}:active`), await redis.zcard(`bull:${name}:delayed`)], [0, 0, 0]);
    redis.disconnect();
    await queue.close();
  });
}
