// Items 4 to 10, 16 to 20, 25 to 28, 39: taking, running, failing, losing and recovering jobs.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertSound, bull, connection, listener, ours, Peer, prefix, queue, queueName, redis, sleep, until, worker } from './harness.mjs';
import { mortalNode } from './mortal_node.mjs';

const keep = { removeOnComplete: false };
const stallText = 'job stalled more than allowable limit';

test('4 a mixed pool runs each of 1000 jobs once', async () => {
  const q = queue();
  const byNode = [];
  worker(async (job) => byNode.push(job.id), { concurrency: 8 });
  await ours.do('work', { batch: 16 });
  for (let i = 0; i < 500; i += 50) {
    await q.addBulk(Array.from({ length: 50 }, (_, n) => ({ name: 'echo', data: {}, opts: { jobId: `n-${i + n}` } })));
    await ours.add(...Array.from({ length: 50 }, (_, n) => ({ id: `o-${i + n}`, opts: keep })));
  }
  await until(async () => (await q.getJobCounts('completed')).completed === 1000, 20000);
  const all = [...byNode, ...ours.ran().map((job) => job.id)];
  assert.equal(all.length, 1000);
  assert.equal(new Set(all).size, 1000);
  assert.ok(byNode.length > 0 && byNode.length < 1000, `${byNode.length} by Node`);
  assert.equal(await redis.llen(`${prefix}active`), 0);
  assert.deepEqual(await redis.keys(`${prefix}*:lock`), []);
  assert.equal(await redis.scard(`${prefix}stalled`), 0);
});

test('5 QueueEvents sees everything that ours does, in order', async () => {
  const { seen } = await listener(['added', 'waiting', 'active', 'completed', 'failed', 'delayed', 'progress', 'removed', 'stalled', 'retries-exhausted', 'drained']);
  await ours.add({ id: 'a', opts: { attempts: 2 } });
  await ours.takeAll(1);
  await ours.do('progress', { job: 'a', json: '{"half":0.5}' });
  await ours.finish([{ id: 'a', action: 'retry', text: 'once', delay: 1 }]);
  await sleep(5);
  await ours.takeAll(1);
  await ours.finish([{ id: 'a', action: 'done', text: '{"ok":true}' }]);
  await ours.add({ id: 'b', opts: { attempts: 1 } });
  await ours.takeAll(1);
  await ours.finish([{ id: 'b', action: 'fail', text: 'no "way"' }]);
  await ours.add({ id: 'c' });
  await ours.do('remove', { ids: ['c'] });
  await ours.add({ id: 'd' });
  await ours.takeAll(1);
  await ours.do('checkStalled', { interval: 1, max: 9 });
  await redis.del(`${prefix}d:lock`);
  await sleep(3);
  await ours.do('checkStalled', { interval: 1, max: 9 });
  await until(() => seen.some((each) => each.event === 'stalled'));
  const of = (id) => seen.filter((each) => each.jobId === id).map(({ event, jobId, ...rest }) => [event, rest]);
  const due = of('a').find(([event]) => event === 'delayed')[1].delay;
  assert.ok(Math.abs(Number(due) - Date.now()) < 5000);
  assert.deepEqual(of('a'), [
    ['added', { name: 'echo' }], ['waiting', {}], ['active', { prev: 'waiting' }], ['progress', { data: { half: 0.5 } }],
    ['delayed', { delay: due }], ['waiting', { prev: 'delayed' }], ['active', { prev: 'waiting' }],
    ['completed', { returnvalue: { ok: true }, prev: 'active' }]]);
  assert.deepEqual(of('b').slice(-2), [['failed', { failedReason: 'no "way"', prev: 'active' }], ['retries-exhausted', { attemptsMade: '1' }]]);
  assert.deepEqual(of('c').slice(-1), [['removed', { prev: 'wait' }]]);
  assert.deepEqual(of('d').slice(-2), [['waiting', { prev: 'active' }], ['stalled', {}]]);
  assert.equal(seen.filter((each) => each.event === 'error').length, 0);
});

test('6 waitUntilFinished of Node on jobs that ours runs', async () => {
  const q = queue();
  const { events } = await listener([]);
  await ours.do('work', { batch: 4 });
  const good = await q.add('echo', { answer: 42 });
  assert.deepEqual(await good.waitUntilFinished(events, 5000), { answer: 42 });
  const bad = await q.add('fatal', { text: 'not possible' });
  await assert.rejects(bad.waitUntilFinished(events, 5000), /not possible/);
  await ours.do('stop'); // it must not end before Node listens: its record goes with it
  const gone = await q.add('echo', { short: 'lived' }, { removeOnComplete: true });
  const waited = gone.waitUntilFinished(events, 5000);
  await sleep(100);
  await ours.do('work', {});
  assert.deepEqual(await waited, { short: 'lived' });
});

for (const [what, text] of [['nothing', ''], ['a string', '"text"'], ['an object', '{"a":[1,null]}'], ['null', 'null'], ['a number', '-0.5']]) {
  test(`7 ours returns ${what}`, async () => {
    const q = queue();
    const { seen } = await listener(['completed']);
    await ours.add({ id: 'a', opts: keep });
    await ours.takeAll(1);
    assert.deepEqual(await ours.finish([{ id: 'a', action: 'done', text }]), [1]);
    await until(() => seen.length === 1);
    assert.deepEqual(seen[0].returnvalue, JSON.parse(text || 'null'));
    assert.deepEqual((await q.getJob('a')).returnvalue, JSON.parse(text || 'null'));
  });
}

for (const text of ['NaN', '{broken', '1 2'])
  test(`7 ours does not return ${text}, which would kill every listener`, async () => {
    await ours.add({ id: 'a' });
    await ours.takeAll(1);
    await assert.rejects(ours.finish([{ id: 'a', action: 'done', text }]), /not JSON/);
    assert.equal(await queue().getJobState('a'), 'active');
  });

const ready = {
  'one job': async () => ours.add({ id: 'x' }),
  'a batch': async () => ours.add({ id: 'x' }, { id: 'y' }),
  'a prioritized job': async () => ours.add({ id: 'x', opts: { priority: 3 } }),
  'a promoted job': async () => ours.do('promote', { ids: ['later'] }),
  'a retried job': async () => ours.do('retry', { state: 'failed', ids: ['broken'] }),
};
// A busy machine may be late once; a protocol that does not wake is late every time (by up to 5 s).
async function quickest(tries, once) {
  const all = [];
  for (let i = 0; i < tries && Math.min(...all, Infinity) >= 100; ++i) all.push(await once());
  return Math.min(...all);
}

for (const [what, make] of Object.entries(ready)) {
  test(`8 an idle Node worker starts ${what} of ours within 100 ms`, async () => {
    const ms = await quickest(5, async () => {
      await redis.flushall();
      await ours.add({ id: 'later', opts: { delay: 60000 } }, { id: 'broken', opts: {} });
      await ours.takeAll(1);
      await ours.finish([{ id: 'broken', action: 'fail', text: 'no' }]);
      const starts = [];
      const node = worker(async () => starts.push(Date.now()));
      await node.waitUntilReady();
      await sleep(300);
      const before = Date.now();
      await make();
      await until(() => starts.length > 0, 8000);
      await node.close();
      return starts[0] - before;
    });
    assert.ok(ms < 100, `${ms} ms at best`);
  });
}

test('8 an idle Node worker starts after our resume within 100 ms', async () => {
  const starts = [];
  await worker(async () => starts.push(Date.now())).waitUntilReady();
  const ms = await quickest(5, async () => {
    starts.length = 0;
    await ours.do('pause');
    await ours.add({ id: `x-${Date.now()}` });
    await sleep(300);
    assert.equal(starts.length, 0);
    const before = Date.now();
    await ours.do('resume');
    await until(() => starts.length > 0, 8000);
    return starts[0] - before;
  });
  assert.ok(ms < 100, `${ms} ms at best`);
});

test('9 an idle worker of ours starts within 50 ms; without the marker within 5 s', async () => {
  const q = queue();
  await ours.do('work', {});
  const delays = [];
  for (let i = 0; i < 10; ++i) {
    await sleep(100);
    const before = Date.now();
    await q.add('echo', {});
    await until(() => ours.ran().length === i + 1);
    delays.push(ours.events.filter((each) => each.event === 'ran')[i].at - before);
  }
  delays.sort((a, b) => a - b);
  assert.ok(delays[delays.length / 2] < 50, `ms: ${delays}`); // the median: a busy machine may be late now and then
  await sleep(100);
  await redis.multi().hset(`${prefix}lost`, 'name', 'echo', 'data', '{}', 'timestamp', Date.now(), 'delay', 0, 'priority', 0).lpush(`${prefix}wait`, 'lost').exec();
  await until(() => ours.ran().some((job) => job.id === 'lost'), 6000);
});

test('9 an idle worker of ours costs next to nothing in Redis', async () => {
  await ours.do('work', {});
  await sleep(500);
  const commands = async () => Number(/total_commands_processed:(\d+)/.exec(await redis.info('stats'))[1]);
  const before = await commands();
  await sleep(6000);
  const spent = (await commands()) - before - 1;
  assert.ok(spent < 60, `${spent} commands in 6 s`);
});

test('10 what ours leaves of a batch, idle Node workers start within 100 ms', async () => {
  const starts = [];
  for (let i = 0; i < 2; ++i) await worker(async () => { starts.push(Date.now()); await sleep(20); }).waitUntilReady();
  const ms = await quickest(5, async () => {
    starts.length = 0;
    await ours.do('pause');
    await ours.add(...Array.from({ length: 10 }, (_, i) => ({ id: `j-${Date.now()}-${i}` })));
    await redis.hdel(`${prefix}meta`, 'paused');
    await redis.del(`${prefix}marker`);
    await sleep(200);
    const before = Date.now();
    const taken = await ours.takeAll(5);
    assert.equal(taken.length, 5);
    await until(() => starts.length === 5, 8000);
    await ours.finish(taken.map((job) => ({ id: job.id, action: 'done', text: 'null' })));
    return starts[0] - before;
  });
  assert.ok(ms < 100, `${ms} ms at best`);
});

test('16 attempts with a fixed back-off, failures split between both', async () => {
  const q = queue();
  const { seen } = await listener(['delayed', 'failed', 'retries-exhausted']);
  const job = await q.add('fail', { text: 'by ours' }, { attempts: 3, backoff: { type: 'fixed', delay: 200 } });
  await ours.takeAll(1);
  await ours.finish([{ id: job.id, action: 'attempt', text: 'by ours' }]);
  const node = worker(async () => { throw new Error('by Node'); });
  await until(() => seen.filter((each) => each.event === 'delayed').length === 2);
  await node.close();
  await until(async () => (await ours.takeAll(1)).length === 1);
  await ours.finish([{ id: job.id, action: 'attempt', text: 'by ours again' }]);
  await until(() => seen.some((each) => each.event === 'retries-exhausted'));
  assert.deepEqual(seen.map((each) => each.event), ['delayed', 'delayed', 'failed', 'retries-exhausted']);
  const hash = await redis.hgetall(prefix + job.id);
  assert.equal(hash.atm, '3');
  assert.equal(hash.ats, '3');
  assert.equal(JSON.parse(hash.stacktrace).length, 3);
});

test('17 exponential back-off, with and without jitter', async () => {
  const q = queue();
  for (const jitter of [0, 0.5]) {
    let shortened = 0;
    const job = await q.add('fail', {}, { attempts: 4, backoff: { type: 'exponential', delay: 1000, ...(jitter ? { jitter } : {}) } });
    for (let n = 1; n <= 3; ++n) {
      await until(async () => (await ours.takeAll(1)).length === 1);
      await ours.finish([{ id: job.id, action: 'attempt', text: 'x' }]);
      const delay = Number(await redis.hget(prefix + job.id, 'delay'));
      const most = 1000 * 2 ** (n - 1);
      assert.ok(delay <= most && delay >= most * (1 - jitter), `${delay} for ${most}, jitter ${jitter}`);
      shortened += delay < most ? 1 : 0;
      await ours.do('promote', { ids: [job.id] });
    }
    assert.equal(shortened > 0, jitter > 0); // three delays of 500 to 4,000 ms at their very most: one in 10^10
    await ours.do('remove', { ids: [job.id] });
  }
});

test('18 a retry at once goes back to the queue, lifo to its front', async () => {
  const q = queue();
  const { seen } = await listener(['waiting']);
  await q.add('echo', {}, { jobId: 'first', attempts: 2, lifo: true });
  await q.add('echo', {}, { jobId: 'plain', attempts: 2 });
  await q.add('echo', {}, { jobId: 'other' });
  await ours.takeAll(2);
  await ours.finish([{ id: 'first', action: 'attempt', text: 'x' }, { id: 'plain', action: 'attempt', text: 'y' }]);
  assert.deepEqual(await redis.lrange(`${prefix}wait`, 0, -1), ['plain', 'other', 'first']);
  await until(() => seen.filter((each) => each.prev === 'active').length === 2);
  const attempts = [];
  worker(async (job) => attempts.push([job.id, job.attemptsMade]));
  await until(() => attempts.length === 3);
  assert.deepEqual(attempts, [['first', 1], ['other', 0], ['plain', 1]]);
});

test('19 an unrecoverable failure of ours leaves no attempt', async () => {
  const q = queue();
  const job = await q.add('fatal', { text: 'never' }, { attempts: 5 });
  await ours.do('work', {});
  await until(async () => (await job.getState()) === 'failed');
  assert.equal((await q.getJob(job.id)).attemptsMade, 1);
});

test('20 reasons with quotes, newlines and emoji; stack traces as long as wished', async () => {
  const q = queue();
  const text = 'line "one"\nline \\two 🚚 \u0001';
  for (const [id, opts, length] of [['a', { attempts: 1 }, 1], ['b', { attempts: 4, stackTraceLimit: 2 }, 2], ['c', { attempts: 1, stackTraceLimit: 0 }, 0]]) {
    await q.add('fail', { text }, { jobId: id, ...opts });
    for (let i = 0; i < opts.attempts; ++i) {
      await ours.takeAll(1);
      await ours.finish([{ id, action: 'attempt', text }]);
    }
    const seen = await q.getJob(id);
    assert.equal(seen.failedReason, text);
    assert.ok(Array.isArray(seen.stacktrace));
    assert.equal(seen.stacktrace.length, length);
  }
});

test('25 a Node worker is killed: ours recovers its job', async () => {
  const q = queue();
  const { seen } = await listener(['stalled']);
  const job = await q.add('echo', { a: 1 });
  const victim = mortalNode();
  await until(() => victim.running === 1);
  victim.kill('SIGKILL');
  const killed = Date.now();
  await ours.do('work', { stalledInterval: 500 });
  await until(async () => (await job.getState()) === 'completed', 8000);
  const finishedOn = Number(await redis.hget(prefix + job.id, 'finishedOn'));
  assert.ok(finishedOn - killed < 1000 + 1000 + 2 * 500 + 300, `${finishedOn - killed} ms: lock, the guard that Node left, two intervals`);
  assert.equal(await redis.hget(prefix + job.id, 'stc'), '1');
  await until(() => seen.length > 0);
  assert.deepEqual(seen.map((each) => each.jobId), [job.id]);
});

test('26 ours is killed with a batch: Node recovers it; the second kill defers failures, nobody runs them', async () => {
  const q = queue();
  await q.addBulk(Array.from({ length: 10 }, (_, i) => ({ name: 'sleep', data: { ms: 60000 }, opts: { jobId: `j-${i}`, attempts: 3 } })));
  const killHolding = async () => {
    const victim = new Peer();
    await victim.do('work', { batch: 10 });
    await until(() => victim.ran().length > 0);
    await victim.end('SIGKILL');
  };
  await killHolding();
  const checker = worker(null, { autorun: false, stalledInterval: 300, maxStalledCount: 1 });
  await checker.startStalledCheckTimer();
  await until(async () => (await redis.llen(`${prefix}wait`)) === 10, 8000);
  await killHolding();
  await until(async () => (await redis.llen(`${prefix}wait`)) === 10, 8000);
  assert.equal(await redis.hget(`${prefix}j-3`, 'defa'), stallText);
  const ranByNode = [];
  worker(async (job) => ranByNode.push(job.id), { concurrency: 2 });
  await ours.do('work', { batch: 3 });
  await until(async () => (await q.getJobCounts('failed')).failed === 10, 8000);
  assert.deepEqual(ranByNode, []);
  assert.deepEqual(ours.ran(), []);
  for (const job of await q.getFailed()) assert.equal(job.failedReason, stallText);
});

test('27 an end without the lock is refused and changes nothing, on both sides', async () => {
  const q = queue();
  const job = await q.add('echo', {});
  await ours.takeAll(1);
  await redis.del(`${prefix}${job.id}:lock`);
  assert.deepEqual(await ours.finish([{ id: job.id, action: 'done', text: 'null' }]), [-2]);
  await redis.set(`${prefix}${job.id}:lock`, 'somebody else');
  assert.deepEqual(await ours.finish([{ id: job.id, action: 'done', text: 'null' }]), [-6]);
  assert.equal(await job.getState(), 'active');
  await redis.del(`${prefix}${job.id}:lock`);
  await redis.lrem(`${prefix}active`, 0, job.id);
  await redis.lpush(`${prefix}wait`, job.id);
  const node = new bull.Worker(queueName, null, { connection, autorun: false });
  const taken = await node.getNextJob('theirs');
  await redis.set(`${prefix}${job.id}:lock`, 'token'); // ours has it now
  await assert.rejects(taken.moveToCompleted('x', 'theirs', false), /lock|Lock/);
  assert.equal(await job.getState(), 'active');
  assert.deepEqual(await ours.finish([{ id: job.id, action: 'done', text: '"ours"' }]), [1]);
  assert.equal((await q.getJob(job.id)).returnvalue, 'ours');
  await node.close();
});

test('27 a job that outlived its lock: Node recovers and ends it, and the late end of ours changes nothing', async () => {
  const q = queue();
  const job = await q.add('echo', {}, { removeOnComplete: false });
  await ours.takeAll(1); // and does not renew
  const node = worker(async () => 'theirs', { stalledInterval: 500, maxStalledCount: 5 });
  await until(async () => (await job.getState()) === 'completed', 12000);
  await node.close();
  const before = [await redis.hgetall(prefix + job.id), await redis.xlen(`${prefix}events`), await redis.zrange(`${prefix}completed`, 0, -1, 'WITHSCORES')];
  const [code] = await ours.finish([{ id: job.id, action: 'done', text: '"late"' }]);
  assert.equal(code, -2);
  assert.deepEqual([await redis.hgetall(prefix + job.id), await redis.xlen(`${prefix}events`), await redis.zrange(`${prefix}completed`, 0, -1, 'WITHSCORES')], before);
  assert.equal((await q.getJob(job.id)).returnvalue, 'theirs');
});

test('28 a job three locks long is never taken for stalled', async () => {
  const q = queue();
  const { seen } = await listener(['stalled']);
  const checker = worker(null, { autorun: false, stalledInterval: 1000 });
  await checker.startStalledCheckTimer();
  const job = await q.add('sleep', { ms: 9000 });
  await ours.do('work', {});
  await until(async () => (await job.getState()) === 'completed', 12000);
  assert.deepEqual(seen, []);
});

test('39 progress, logs and data of ours are read in Node, during and after the run', async () => {
  const q = queue();
  const { seen } = await listener(['progress']);
  const job = await q.add('echo', { a: 1 }, { keepLogs: 2 });
  await ours.takeAll(1);
  await ours.do('progress', { job: job.id, json: '50' });
  for (const row of ['one', 'two', 'three']) await ours.do('log', { job: job.id, row });
  await ours.do('data', { job: job.id, json: '{"a":2}' });
  await assert.rejects(ours.do('progress', { job: job.id, json: '{broken' }), /not JSON/);
  const check = async () => {
    const now = await q.getJob(job.id);
    assert.equal(now.progress, 50);
    assert.deepEqual(now.data, { a: 2 });
    assert.deepEqual((await q.getJobLogs(job.id)).logs, ['two', 'three']);
  };
  await check();
  await ours.finish([{ id: job.id, action: 'done', text: 'null' }]);
  await check();
  await until(() => seen.length === 1);
  assert.equal(Number(seen[0].data), 50);
  await assertSound(assert);
});
