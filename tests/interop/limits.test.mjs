// Items 29 to 33, 36: limits, pausing, counting.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertSound, major, ours, prefix, queue, redis, sleep, until, worker } from './harness.mjs';

const kept = (id, opts = {}) => ({ id, opts });

test('29 one rate limit for workers of both', async () => {
  const limiter = { max: 10, duration: 1000 };
  const starts = [];
  worker(async () => starts.push(Date.now()), { limiter, concurrency: 5 });
  await ours.do('work', { batch: 8, limiter });
  await ours.add(...Array.from({ length: 100 }, (_, i) => (kept(`j-${i}`))));
  const all = () => [...starts, ...ours.ran()];
  await until(async () => {
    const ttl = await redis.pttl(`${prefix}limiter`);
    assert.notEqual(ttl, -1, 'a limiter without an end');
    return all().length === 100;
  }, 20000, '100 jobs');
  // When they were taken, by what the takers wrote: the limit's time begins with the first of ten, so the eleventh after it is in the
  // next one. (Windows may follow at once, so that any 1,000 ms may touch two.)
  const taken = await Promise.all(Array.from({ length: 100 }, async (_, i) => Number(await redis.hget(`${prefix}j-${i}`, 'processedOn'))));
  taken.sort((a, b) => a - b);
  for (let k = 0; k + 10 < taken.length; k += 10)
    assert.ok(taken[k + 10] - taken[k] >= 950, `${taken[k + 10] - taken[k]} ms from job ${k} to job ${k + 10}`);
});

test('29 Queue.rateLimit of Node stops ours; ours stops Node', async () => {
  const q = queue();
  const limiter = { max: 1000, duration: 1000 };
  const before = Date.now();
  await q.rateLimit(3000);
  assert.ok((await ours.do('limitedFor')) > 1000);
  await ours.do('work', { limiter });
  await ours.add({ id: 'a' });
  await until(() => ours.ran().length === 1);
  assert.ok(ours.events.find((each) => each.event === 'ran').at - before >= 3000);
  await ours.do('stop');
  const starts = [];
  const second = Date.now();
  await ours.do('limitFor', { ms: 3000 });
  worker(async () => starts.push(Date.now()), { limiter });
  await ours.add({ id: 'b' });
  await until(() => starts.length === 1);
  assert.ok(starts[0] - second >= 3000);
});

test('29 the global max and duration hold for ours', async () => {
  const q = queue();
  await q.setGlobalRateLimit(5, 60000);
  await ours.add(...Array.from({ length: 12 }, (_, i) => ({ id: `j-${i}` })));
  assert.equal((await ours.takeAll(100)).length, 5);
  assert.equal((await ours.takeAll(100)).length, 0);
  await ours.do('setRateLimit', { max: 7, duration: 60000 });
  assert.deepEqual(await q.getGlobalRateLimit?.() ?? { max: 7, duration: 60000 }, { max: 7, duration: 60000 });
  assert.equal((await ours.takeAll(100)).length, 2);
});

test('30 global concurrency: never more at once, and no gaps when ours frees a place', async () => {
  const q = queue();
  await q.setGlobalConcurrency(3);
  await ours.do('work', { batch: 10 });
  worker(async () => sleep(5), { concurrency: 4 });
  const from = Date.now();
  await ours.add(...Array.from({ length: 90 }, (_, i) => ({ name: 'sleep', id: `j-${i}`, data: '{"ms":5}', opts: {} })));
  let most = 0;
  await until(async () => {
    most = Math.max(most, await redis.llen(`${prefix}active`));
    return (await q.getJobCounts('completed')).completed === 90;
  }, 15000, '90 jobs');
  assert.ok(most <= 3, `${most} at once`);
  assert.ok(Date.now() - from < 4000, `${Date.now() - from} ms`);
});

test('30 a place that ours frees wakes an idle Node worker, for plain and for prioritized jobs', async () => {
  const q = queue();
  await q.setGlobalConcurrency(3);
  for (const opts of [{}, { priority: 2 }]) {
    await ours.add(...Array.from({ length: 4 }, () => ({ opts })));
    const taken = await ours.takeAll(4);
    assert.equal(taken.length, 3);
    const starts = [];
    const node = worker(async () => starts.push(Date.now()));
    await node.waitUntilReady();
    await sleep(300);
    assert.equal(starts.length, 0);
    const before = Date.now();
    await ours.finish(taken.map((job) => ({ id: job.id, action: 'done', text: 'null' })));
    await until(() => starts.length === 1, 8000);
    assert.ok(starts[0] - before < 2000, `${starts[0] - before} ms; without a marker up to 5 s`);
    await node.close();
  }
});

const pausing = {
  Node: { pause: (q) => q.pause(), resume: (q) => q.resume() },
  ours: { pause: () => ours.do('pause'), resume: () => ours.do('resume') },
};
for (const [who, by] of Object.entries(pausing)) {
  test(`31 paused by ${who} under load: nothing starts, nothing is lost`, async () => {
    const q = queue();
    await ours.do('work', { batch: 4 });
    await ours.add(...Array.from({ length: 200 }, (_, i) => ({ name: 'sleep', id: `j-${i}`, data: '{"ms":10}', opts: {} })));
    await until(() => ours.ran().length > 20);
    await by.pause(q);
    await until(async () => (await redis.llen(`${prefix}active`)) === 0);
    const stoppedAt = ours.ran().length;
    assert.ok(stoppedAt < 200);
    await ours.add(kept('o-plain'), kept('o-first', { priority: 1 }), kept('o-later', { delay: 50 }));
    await q.add('echo', {}, { jobId: 'n-plain' });
    await q.add('echo', {}, { jobId: 'n-later', delay: 50 });
    await sleep(300);
    assert.equal(ours.ran().length, stoppedAt);
    assert.equal(await ours.do('isPaused'), true);
    assert.equal(await q.isPaused(), true);
    await assertSound(assert);
    await by.resume(q);
    await until(async () => (await q.getJobCounts('completed')).completed === 205, 8000);
    assert.equal(new Set(ours.ran().map((job) => job.id)).size, 205);
  });

  test(`31 an empty queue paused by ${who}`, async () => {
    const q = queue();
    await by.pause(q);
    await ours.add(kept('a'));
    await q.add('echo', {}, { jobId: 'b' });
    assert.equal((await ours.takeAll()).length, 0);
    await by.resume(q);
    assert.equal((await ours.takeAll()).length, 2);
    await assertSound(assert);
  });
}

// §9: what one side puts where while the other side reads elsewhere.
for (const pauser of ['Node', 'ours'])
  for (const resumer of ['Node', 'ours'])
    for (const waiting of [0, 3]) {
      test(`32 ${waiting} jobs wait, ${pauser} pauses, both add, ${resumer} resumes: no id is lost`, async () => {
        const q = queue();
        await q.waitUntilReady();
        for (let i = 0; i < waiting; ++i) await ours.add(kept(`w-${i}`));
        await pausing[pauser].pause(q);
        await ours.add(kept('o-1'));
        await q.add('echo', {}, { jobId: 'n-1' });
        await ours.add(kept('o-2'), kept('o-3'));
        await assertSound(assert);
        await pausing[resumer].resume(q);
        await assertSound(assert);
        const counts = await ours.do('counts');
        assert.equal(counts.waiting, waiting + 4);
        assert.equal(counts.paused, 0);
        const order = (await ours.takeAll()).map((job) => job.id);
        assert.deepEqual(order.slice(0, waiting), Array.from({ length: waiting }, (_, i) => `w-${i}`), 'those that waited come first');
      });
    }

test('33 getters of both agree on a mixed queue', async () => {
  const q = queue();
  const metrics = { metrics: 10 };
  await ours.add(...Array.from({ length: 6 }, (_, i) => kept(`f-${i}`)));
  await ours.takeAll();
  await ours.finish([0, 1, 2].map((i) => ({ id: `f-${i}`, action: 'done', text: `${i}` })), { options: metrics });
  await sleep(3);
  await ours.finish([3, 4, 5].map((i) => ({ id: `f-${i}`, action: 'fail', text: `no ${i}` })), { options: metrics });
  await q.addBulk([1, 2, 3].map((i) => ({ name: 'echo', data: { i }, opts: { jobId: `w-${i}` } })));
  await ours.add(kept('d-1', { delay: 60000 }), kept('d-2', { delay: 70000 }), kept('p-1', { priority: 2 }), kept('p-2', { priority: 1 }));
  await ours.takeAll(1);
  const names = ['active', 'completed', 'delayed', 'failed', 'prioritized', 'waiting', 'waiting-children'];
  const theirs = await q.getJobCounts(...names);
  const mine = await ours.do('counts');
  for (const name of names) assert.equal(mine[name], theirs[name], name);
  for (const [state, mineState] of [['waiting', 'wait'], ['delayed', 'delayed'], ['prioritized', 'prioritized'], ['completed', 'completed'], ['failed', 'failed'], ['active', 'active']]) {
    for (const ascending of [true, false]) {
      const all = (await q.getJobs([state], 0, 99, ascending)).map((job) => job.id);
      const same = (await ours.do('list', { state: mineState, from: 0, count: 100, ascending })).map((job) => job.id);
      assert.deepEqual(same, all, `${state} ${ascending}`);
      assert.deepEqual((await ours.do('list', { state: mineState, from: 1, count: 1, ascending })).map((job) => job.id), all.slice(1, 2));
    }
    for (const job of await q.getJobs([state], 0, 99)) {
      assert.equal(await ours.do('state', { job: job.id }), mineState);
      assert.equal(await job.getState(), state);
      const record = await ours.do('get', { job: job.id });
      assert.deepEqual(JSON.parse(record.data), job.data);
      assert.equal(record.attemptsMade, job.attemptsMade);
      assert.equal(record.timestamp, job.timestamp);
    }
  }
  for (const state of ['completed', 'failed']) {
    const seen = await q.getMetrics(state);
    assert.equal(seen.meta.count, 3);
    assert.equal((await ours.do('metrics', { state })).count, 3);
  }
  for (const state of ['completed', 'failed']) // an earlier minute, as both tell it
    await redis.hset(`${prefix}metrics:${state}`, 'prevTS', Date.now() - 120000);
  await ours.takeAll(2);
  await ours.finish([{ id: 'w-2', action: 'done', text: 'null' }, { id: 'w-3', action: 'fail', text: 'no' }], { options: metrics });
  for (const state of ['completed', 'failed']) {
    const seen = await q.getMetrics(state);
    const own = await ours.do('metrics', { state });
    assert.deepEqual(seen.data.map(Number), own.data);
    assert.ok(own.data.includes(3), `${own.data}`);
    assert.equal(seen.meta.count, 4);
  }
  await ours.do('work', { name: 'node-1' });
  await until(async () => (await q.getWorkers()).some((each) => each.name === 'node-1' || each.name?.endsWith(':w:node-1') || each.rawname?.endsWith(':w:node-1')));
  const node = worker(async () => {}, { name: 'theirs' });
  await node.waitUntilReady();
  await until(async () => (await ours.do('workers')).includes('theirs'));
  assert.ok((await ours.do('workers')).includes('node-1'));
});

if (major >= 6) test('36 removeOrphanedJobs finds nothing in a queue of ours at work', async () => {
  const q = queue();
  await ours.add(...Array.from({ length: 50 }, (_, i) => kept(`j-${i}`)), kept('d', { delay: 60000 }), kept('p', { priority: 1 }));
  await ours.takeAll(20);
  await ours.finish([{ id: 'j-0', action: 'done', text: 'null' }, { id: 'j-1', action: 'fail', text: 'x' }]);
  const before = (await redis.keys(`${prefix}*`)).sort();
  assert.equal(await q.removeOrphanedJobs(), 0);
  assert.deepEqual((await redis.keys(`${prefix}*`)).sort(), before);
});
