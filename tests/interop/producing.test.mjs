// Items 1 to 3, 11 to 15, 23, 24: adding jobs, and in which order they run.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listener, major, ours, prefix, queue, redis, sleep, until, worker } from './harness.mjs';

const payloads = [{ text: 'Grüße 🚀 "x"\n' }, { deep: { list: [1, [2, { three: null }]] } }, null, 'a bare string', 42, [], { empty: {} }, true];

test('1 Node producer, our worker: data arrive unchanged, results are read back', async () => {
  const q = queue();
  await q.addBulk(Array.from({ length: 100 }, (_, i) => ({ name: 'echo', data: payloads[i % payloads.length] })));
  await ours.do('work', { batch: 16 });
  await until(async () => (await q.getJobCounts('completed')).completed === 100);
  const ran = ours.ran();
  assert.equal(new Set(ran.map((job) => job.id)).size, 100);
  for (const job of ran) {
    const seen = await q.getJob(job.id);
    assert.equal(await seen.getState(), 'completed');
    assert.deepEqual(JSON.parse(job.data), seen.data);
    assert.deepEqual(seen.returnvalue, seen.data);
  }
});

test('2 our producer, Node worker: nothing is missing or NaN', async () => {
  const seen = [];
  const before = Date.now();
  await ours.add(...payloads.map((data, i) => ({ id: `p-${i}`, name: `n${i}`, data: JSON.stringify(data), opts: { attempts: 3, backoff: { type: 'fixed', delay: 5 } } })));
  const q = queue();
  worker(async (job) => {
    seen.push({ ...job, attemptsMade: job.attemptsMade });
    return job.data;
  });
  await until(() => seen.length === payloads.length);
  for (const [i, job] of seen.entries()) {
    assert.equal(job.id, `p-${i}`);
    assert.equal(job.name, `n${i}`);
    assert.deepEqual(job.data, payloads[i]);
    assert.equal(job.opts.attempts, 3);
    assert.deepEqual(job.opts.backoff, { type: 'fixed', delay: 5 });
    assert.equal(job.attemptsMade, 0);
    assert.ok(job.timestamp >= before && job.timestamp <= Date.now());
    assert.equal(job.delay, 0);
    assert.equal(job.priority, 0);
  }
  await until(async () => (await q.getJobCounts('completed')).completed === payloads.length);
});

const optionTable = {
  none: {},
  attempts: { attempts: 5, backoff: { type: 'exponential', delay: 1000 } },
  jitter: { attempts: 2, backoff: { type: 'fixed', delay: 100, jitter: 0.5 } },
  delay: { delay: 60000 },
  priority: { priority: 7 },
  lifo: { lifo: true },
  'removed at once': { removeOnComplete: true, removeOnFail: true },
  'kept by count': { removeOnComplete: 5, removeOnFail: 7 },
  'kept by age': { removeOnComplete: { age: 10 }, removeOnFail: { age: 20, count: 3 } },
  'kept for ever': { removeOnComplete: false, removeOnFail: false },
  logs: { keepLogs: 4, stackTraceLimit: 2 },
  deduplication: { deduplication: { id: 'd', ttl: 5000 } },
  'deduplication, debounced': { deduplication: { id: 'd', ttl: 5000, extend: true, replace: true } },
};
for (const [name, opts] of Object.entries(optionTable)) {
  test(`3 hash parity: ${name}`, async () => {
    const q = queue();
    const theirs = await q.add('n', { a: [1] }, { ...opts, jobId: 'x-1', timestamp: 1775000000000 });
    const expected = await redis.hgetall(prefix + theirs.id);
    const score = await redis.zrange(`${prefix}delayed`, 0, -1, 'WITHSCORES');
    await redis.del(`${prefix}de:d`, prefix + theirs.id, `${prefix}delayed`, `${prefix}wait`, `${prefix}prioritized`, `${prefix}pc`);
    await ours.add({ id: 'x-1', name: 'n', data: '{"a":[1]}', opts: { ...opts, timestamp: 1775000000000 } });
    const written = await redis.hgetall(`${prefix}x-1`);
    assert.deepEqual(JSON.parse(written.opts), JSON.parse(expected.opts));
    assert.deepEqual({ ...written, opts: '' }, { ...expected, opts: '' });
    assert.deepEqual(await redis.zrange(`${prefix}delayed`, 0, -1, 'WITHSCORES'), score);
  });
}

test('11 FIFO over both producers; lifo overtakes', async () => {
  const q = queue();
  for (let i = 0; i < 50; ++i) {
    if (i % 2) await q.add('echo', {}, { jobId: `j-${i}` });
    else await ours.add({ id: `j-${i}` });
  }
  await ours.add({ id: 'last-in', opts: { lifo: true } });
  await q.add('echo', {}, { jobId: 'very-last-in', lifo: true });
  const order = [];
  worker(async (job) => order.push(job.id));
  await until(() => order.length === 52);
  assert.deepEqual(order, ['very-last-in', 'last-in', ...Array.from({ length: 50 }, (_, i) => `j-${i}`)]);
});

for (const runner of ['Node', 'ours']) {
  test(`12 priorities of both producers, run by ${runner}`, async () => {
    const q = queue();
    const expected = { 0: [], 1: [], 2: [], 3: [], 4: [], 5: [] };
    for (let i = 0; i < 30; ++i) {
      const priority = (i * 7) % 6;
      if (i % 2) await q.add('echo', {}, { jobId: `j-${i}`, priority });
      else await ours.add({ id: `j-${i}`, opts: { priority } });
      expected[priority].push(`j-${i}`);
    }
    const counts = await q.getCountsPerPriority([1, 2, 3, 4, 5]);
    assert.deepEqual(Object.values(counts), [5, 5, 5, 5, 5]);
    const changed = expected[5].shift();
    await (await q.getJob(changed)).changePriority({ priority: 1 });
    expected[1].push(changed);
    const byOurs = expected[4].shift();
    assert.equal(await ours.do('changePriority', { job: byOurs, priority: 2 }), 1);
    expected[2].push(byOurs);
    const order = [];
    if (runner === 'Node') worker(async (job) => order.push(job.id));
    else await ours.do('work', { batch: 4 });
    await until(() => (runner === 'Node' ? order : ours.ran()).length === 30);
    assert.deepEqual(runner === 'Node' ? order : ours.ran().map((job) => job.id), Object.values(expected).flat());
  });
}

for (const [producer, runner] of [['ours', 'Node'], ['Node', 'ours']]) {
  test(`13 delayed jobs of ${producer}, run by ${runner}: not early, hardly late, in order`, async () => {
    const q = queue();
    const timestamp = Date.now();
    const delay = 800;
    const ids = Array.from({ length: 200 }, (_, i) => `d-${i}`);
    if (producer === 'Node') await q.addBulk(ids.map((jobId) => ({ name: 'echo', data: {}, opts: { jobId, delay, timestamp } })));
    else await ours.add(...ids.map((id) => ({ id, opts: { delay, timestamp } })));
    const runs = [];
    if (runner === 'Node') worker(async (job) => runs.push([job.id, Date.now()]));
    else await ours.do('work', { batch: 32 });
    const all = () => (runner === 'Node' ? runs : ours.events.filter((e) => e.event === 'ran').map((e) => [e.job.id, e.at]));
    await until(() => all().length === 200);
    assert.deepEqual(all().map(([id]) => id), ids);
    assert.ok(all()[0][1] >= timestamp + delay, 'not before it was due');
    assert.ok(all()[0][1] < timestamp + delay + 2000, `${all()[0][1] - timestamp - delay} ms late`);
  });
}

test('13 a delayed job with a priority comes among the prioritized', async () => {
  const q = queue();
  await ours.add({ id: 'a', opts: { delay: 50, priority: 3 } });
  await q.add('echo', {}, { jobId: 'b', delay: 50, priority: 2 });
  await sleep(100);
  await ours.do('take', { max: 0, token: 't', worker: 'w' }); // promotes, takes nothing
  assert.deepEqual(await redis.zrange(`${prefix}prioritized`, 0, -1), ['b', 'a']);
});

for (const [producer, runner] of [['ours', 'Node'], ['Node', 'ours']]) {
  test(`14 only a delayed job of ${producer}: an idle worker of ${runner} wakes for it`, async () => {
    const q = queue();
    const { seen } = await listener(['delayed']);
    const runs = [];
    if (runner === 'Node') worker(async (job) => runs.push(Date.now()));
    else await ours.do('work', {});
    await sleep(300);
    const before = Date.now();
    if (producer === 'Node') await q.add('echo', {}, { delay: 500 });
    else await ours.add({ id: 'd', opts: { delay: 500 } });
    const start = () => (runner === 'Node' ? runs[0] : ours.events.find((e) => e.event === 'ran')?.at);
    await until(start);
    assert.ok(start() - before >= 500 && start() - before < 2500, `started after ${start() - before} ms`);
    await until(() => seen.length === 1);
    assert.ok(Math.abs(Number(seen[0].delay) - before - 500) < 300);
  });
}

test('15 delays are changed and jobs promoted by the other side', async () => {
  const q = queue();
  await ours.add({ id: 'o-1', opts: { delay: 60000 } }, { id: 'o-2', opts: { delay: 60000 } }, { id: 'o-3', opts: { delay: 60000 } });
  for (const jobId of ['n-1', 'n-2']) await q.add('echo', {}, { jobId, delay: 60000 });
  await (await q.getJob('o-1')).changeDelay(1000);
  assert.equal(await ours.do('changeDelay', { job: 'n-1', delay: 2000 }), 1);
  const due = async (id) => Math.floor(Number(await redis.zscore(`${prefix}delayed`, id)) / 4096) - Date.now();
  assert.ok(Math.abs((await due('o-1')) - 1000) < 300);
  assert.ok(Math.abs((await due('n-1')) - 2000) < 300);
  await (await q.getJob('o-2')).promote();
  assert.deepEqual(await ours.do('promote', { ids: ['n-2', 'gone'] }), [1, -3]);
  assert.deepEqual(await redis.lrange(`${prefix}wait`, 0, -1), ['n-2', 'o-2']);
  await q.promoteJobs();
  assert.equal((await ours.do('counts')).waiting, 5);
  await ours.add({ id: 'o-9', opts: { delay: 60000 } });
  assert.equal(await ours.do('promoteAll'), 1);
});

test('23 a custom id is one job, whoever adds it', async () => {
  const q = queue();
  const { seen } = await listener(['duplicated']);
  await q.add('echo', { by: 'Node' }, { jobId: 'a-1' });
  assert.deepEqual((await ours.add({ id: 'a-1' })).ids, ['a-1']);
  assert.equal((await ours.add({ id: 'a-2', opts: {} }, { id: 'a-2', opts: {} })).added, 1);
  assert.equal((await q.add('echo', {}, { jobId: 'a-2' })).id, 'a-2');
  await until(() => seen.length === 3);
  assert.deepEqual(seen.map((each) => each.jobId), ['a-1', 'a-2', 'a-2']);
  await ours.do('work', {});
  await until(async () => (await q.getJobCounts('completed')).completed === 2);
  assert.equal((await ours.add({ id: 'a-1' })).added, 0, 'kept: still taken');
  await (await q.getJob('a-1')).remove();
  assert.equal((await ours.add({ id: 'a-1' })).added, 1);
  for (const id of ['0', '0:1', '123', '-5', 'a:b', 'wait', 'events', 'limiter'])
    await assert.rejects(ours.add({ id }), /not usable/, id);
  assert.equal(Number(await redis.get(`${prefix}id`)), 7, 'every add that was allowed counts');
});

test('24 deduplication over both producers', async () => {
  const q = queue();
  const simple = { deduplication: { id: 'one' } };
  await q.add('echo', {}, { jobId: 'n-1', ...simple });
  assert.deepEqual((await ours.add({ id: 'o-1', opts: simple })).ids, ['n-1']);
  await ours.do('work', {});
  await until(async () => (await redis.exists(`${prefix}de:one`)) === 0, 5000, 'freed by our finish');
  await ours.do('stop');
  assert.deepEqual((await ours.add({ id: 'o-2', opts: simple })).ids, ['o-2']);
  assert.equal((await q.add('echo', {}, { jobId: 'n-2', ...simple })).id, 'o-2');
  const node = worker(async () => {});
  await until(async () => (await redis.exists(`${prefix}de:one`)) === 0, 5000, 'freed by their finish');
  await node.close();

  const timed = { deduplication: { id: 'timed', ttl: 2000 } };
  await ours.add({ id: 't-1', opts: timed });
  const first = await redis.pttl(`${prefix}de:timed`);
  assert.ok(first > 0 && first <= 2000);
  await sleep(30);
  assert.equal((await q.add('echo', {}, { jobId: 't-2', ...timed })).id, 't-1');
  await ours.add({ id: 't-3', opts: { deduplication: { id: 'timed', ttl: 60000, extend: true } } });
  assert.ok((await redis.pttl(`${prefix}de:timed`)) > 50000, 'extended');

  const debounced = { delay: 60000, deduplication: { id: 'deb', ttl: 60000, replace: true, extend: true } };
  await q.add('echo', {}, { jobId: 'b-1', ...debounced });
  assert.deepEqual((await ours.add({ id: 'b-2', opts: debounced })).ids, ['b-2']);
  assert.equal(await q.getJob('b-1') ?? null, null, 'replaced');
  assert.equal((await q.add('echo', {}, { jobId: 'b-3', ...debounced })).id, 'b-3');
  assert.deepEqual(await redis.zrange(`${prefix}delayed`, 0, -1), ['b-3']);
});

// The option came with 5.72, after the 5.x that is tested here.
if (major >= 6) test('24 what waits for the end of its deduplicated owner is made by our finish', async () => {
  const q = queue();
  const opts = { deduplication: { id: 'last', keepLastIfActive: true } };
  await q.add('echo', { n: 1 }, opts);
  const [job] = await ours.takeAll(1);
  await q.add('echo', { n: 2 }, opts);
  await q.add('echo', { n: 3 }, opts);
  assert.deepEqual(await ours.finish([{ id: job.id, action: 'done', text: 'null' }]), [1]);
  const [next] = await ours.takeAll(10);
  assert.deepEqual(JSON.parse(next.data), { n: 3 });
});
