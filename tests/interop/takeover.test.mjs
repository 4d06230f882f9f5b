// Takeover under way: the service and older Node programs share the queues, and a Node process is killed in the middle.
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { bull, major, requireOf, until } from './harness.mjs';

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
    { env: { ...process.env, APP_ENV: 'test', APP_PORT: String(port), ADMIN_PORT: '0', SHOPIFY_ADMIN_NOTIFICATIONS_RATE_MAX: '1000' }, stdio: 'ignore' });
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
  return new Promise((resolve) => createInterface({ input: child.stdout }).on('line', (line) => {
    if (line === 'ready') resolve(child);
    else child.booked += 1;
  }));
};

for (const [keyed, what] of [['key', 'every event is processed, every order booked once'], ['nokey', 'the control without the key shows a duplicate']]) {
  test(`takeover with a Node booking service (BullMQ ${major}) that is killed: ${what}`, async () => {
    const shopify = new bull.Queue('shopify-events', { connection });
    const courier = new bull.Queue('courier-events', { connection });
    const refs = Array.from({ length: 40 }, (_, i) => String((keyed === 'key' ? 7100 : 7200) * 100000 + i));
    const list = refs.map((ref) => `'${ref}'`);
    const first = await bookingService(keyed, 60000); // takes jobs, books, and never comes to the end of one
    let second;
    for (const [i, ref] of refs.entries()) {
      await produce(shopify, 'orders/create', 'shopify', 'ORDER_CREATED', ref, { refId: ref, source: 'shopify', financialStatus: 'paid', date: '2026-04-06T10:15:43Z', name: `#${ref}` });
      if (keyed === 'key') // its order has no tracking number yet: it waits
        await produce(courier, 'courier-events', 'courier', 'COURIER_STATUS_UPDATED', `TRACK-${ref}`,
          { trackingNumber: `TRACK-${ref}`, courier: 'DHL', status: 'shipped', timestamp: '2026-04-07T10:00:00Z' });
      if (i === 15) await until(() => first.booked > 0, 20000, 'the Node service books');
      if (i === 15) first.kill('SIGKILL');
      if (i === 25) second = await bookingService(keyed, 0);
    }
    const open = () => sql(`SELECT count(*) FROM event_store WHERE ref_id IN (${list}) AND processed_at IS NULL`);
    await until(async () => (await open()) === '0', 60000, 'every event is processed');
    const counts = [...(await bookings(refs)).values()];
    if (keyed === 'key') {
      assert.deepEqual(counts, refs.map(() => 1));
      const byOurs = Number(await sql(`SELECT count(*) FROM outbound_calls c JOIN event_store e ON e.id = c.event_id JOIN orders o ON o.id = e.order_id
        WHERE c.state = 'accepted' AND e.type = 'BOOKING_CREATE_REQUEST' AND o.ref_id IN (${list})`));
      assert.ok(byOurs > 0 && byOurs < refs.length, `${byOurs} of ${refs.length} were booked by ours: both take part`);
      await sql(`INSERT INTO tracking_numbers (courier, tracking_number, order_id) SELECT 'DHL', 'TRACK-' || ref_id, id FROM orders WHERE ref_id IN (${list})`);
      await until(async () => (await sql(`SELECT count(*) FROM orders WHERE shipping_status = 'shipped' AND ref_id IN (${list})`)) === '40', 60000, 'all are shipped');
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

for (const name of ['shopify-events', 'courier-events', 'internal-booking-events', 'shopify-admin-notifications']) {
  test(`jobs of others that name no event fail for good with their fault, in ${name}`, async () => {
    const queue = new bull.Queue(name, { connection });
    const faults = {
      'no-id': [{}, /no eventStoreId/],
      text: [{ eventStoreId: 'seven' }, /not a positive 64-bit integer/],
      huge: [{ eventStoreId: 1e300 }, /not a positive 64-bit integer/],
      fraction: [{ eventStoreId: 1.5 }, /not a positive 64-bit integer/],
      negative: [{ eventStoreId: -1 }, /not a positive 64-bit integer/],
      list: [[], /not a JSON object/],
    };
    // Such a fault stays: no further attempt is made, however many there are.
    for (const [jobId, [data]] of Object.entries(faults)) await queue.add('orders/create', data, { jobId, attempts: 5, backoff: { type: 'fixed', delay: 600000 } });
    // An id may be of an event that is not committed yet: its attempts are made, and no more.
    faults.unknown = [{ eventStoreId: 987654321 }, /987654321/];
    await queue.add('orders/create', faults.unknown[0], { jobId: 'unknown', attempts: 3, backoff: { type: 'fixed', delay: 10 } });
    const redis = new (requireOf('ioredis').Redis)({ path: redisSocket });
    await redis.hset(`bull:${name}:broken`, { name: 'orders/create', data: '{"eventStoreId":', opts: '{}', timestamp: Date.now(), delay: 0, priority: 0 });
    await redis.lpush(`bull:${name}:wait`, 'broken');
    await redis.zadd(`bull:${name}:marker`, 0, '0');
    await until(async () => (await redis.zcard(`bull:${name}:failed`)) === 8, 20000, 'all eight have failed');
    for (const [jobId, [, reason]] of Object.entries(faults)) assert.match((await queue.getJob(jobId)).failedReason, reason);
    for (const jobId of Object.keys(faults)) assert.equal((await queue.getJob(jobId)).attemptsMade, jobId === 'unknown' ? 3 : 1, jobId);
    assert.match(await redis.hget(`bull:${name}:broken`, 'failedReason'), /not a JSON object/);
    assert.deepEqual([await redis.llen(`bull:${name}:wait`), await redis.llen(`bull:${name}:active`), await redis.zcard(`bull:${name}:delayed`)], [0, 0, 0]);
    redis.disconnect();
    await queue.close();
  });
}

test('the service is listed among the workers of every queue', async () => {
  for (const name of ['shopify-events', 'courier-events', 'internal-booking-events', 'shopify-admin-notifications']) {
    const queue = new bull.Queue(name, { connection });
    await until(async () => (await queue.getWorkers()).some((each) => each.rawname?.includes(':w:oo:')), 10000, `a worker of ${name}`);
    await queue.close();
  }
});

test('a foreign worker on an order queue makes the service degraded for as long as it is there', async () => {
  const status = async () => (await (await fetch(`${base}/readyz`)).json()).status;
  assert.equal(await status(), 'ready');
  const foreign = new bull.Worker('shopify-events', async () => {}, { connection });
  foreign.on('error', () => {});
  await until(async () => (await status()) === 'degraded', 20000, 'degraded');
  await foreign.close();
  await until(async () => (await status()) === 'ready', 20000, 'ready again');
});
