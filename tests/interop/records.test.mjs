// Items 21, 22, 35, 37, 38: what is done with finished jobs, cleaning, flows, schedulers.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertSound, bull, connection, listener, major, ours, prefix, queue, queueName, redis, sleep, until, worker } from './harness.mjs';

const failedByOurs = async (...ids) => {
  await ours.add(...ids.map((id) => ({ id, opts: { attempts: 1 } })));
  await ours.takeAll();
  await ours.finish(ids.map((id) => ({ id, action: 'fail', text: `no ${id}` })));
};

test('21 what ours failed, Node retries; what Node failed, ours retries', async () => {
  const q = queue();
  const { seen } = await listener(['waiting']);
  await failedByOurs('a', 'b', 'c');
  await (await q.getJob('a')).retry();
  await q.retryJobs({ state: 'failed' });
  await ours.do('work', { batch: 4 });
  await until(async () => (await q.getJobCounts('completed')).completed === 3);
  await ours.do('stop');
  const node = worker(async () => { throw new Error('by Node'); });
  await q.addBulk(['d', 'e', 'f'].map((jobId) => ({ name: 'echo', data: {}, opts: { jobId } })));
  await until(async () => (await q.getJobCounts('failed')).failed === 3);
  await node.close();
  assert.deepEqual(await ours.do('retry', { state: 'failed', ids: ['d', 'gone'], resetMade: true, resetStarted: true }), [1, -1]);
  assert.deepEqual(await redis.hmget(`${prefix}d`, 'atm', 'ats', 'finishedOn', 'failedReason', 'processedOn'), [null, null, null, null, null]);
  assert.deepEqual(await ours.do('retry', { state: 'failed', ids: ['d'] }), [-3]);
  assert.equal(await ours.do('retryAll', { state: 'failed' }), 2);
  assert.equal(await redis.hget(`${prefix}e`, 'atm'), '1');
  const again = [];
  worker(async (job) => again.push(job.id));
  await until(() => again.length === 3);
  assert.equal(seen.filter((each) => each.prev === 'failed').length, 6);
});

test('22 retention: kept, gone, the newest, by age; the worker\'s wish only where the job has none', async () => {
  const q = queue();
  const { seen } = await listener(['completed', 'failed']);
  const end = async (id, opts, action, options = {}) => {
    await ours.add({ id, opts });
    await ours.takeAll(1);
    await ours.finish([{ id, action, text: action === 'done' ? 'null' : 'x' }], { options });
  };
  await end('kept', { removeOnFail: false }, 'fail');
  await end('gone', { removeOnFail: true }, 'fail');
  assert.equal(await (await q.getJob('kept')).getState(), 'failed');
  assert.equal(await redis.exists(`${prefix}gone`), 0);
  await until(() => seen.length === 2);

  const node = worker(async () => {});
  for (let i = 0; i < 6; ++i) {
    await q.add('echo', {}, { jobId: `n-${i}`, removeOnComplete: 5 });
    await until(async () => (await q.getJobCounts('active', 'waiting')).waiting === 0);
    await sleep(10);
  }
  await node.close();
  for (let i = 0; i < 3; ++i) await end(`o-${i}`, { removeOnComplete: 5 }, 'done');
  assert.deepEqual((await redis.zrange(`${prefix}completed`, 0, -1)).sort(), ['n-4', 'n-5', 'o-0', 'o-1', 'o-2']);

  await redis.zadd(`${prefix}completed`, Date.now() - 60000, 'n-4');
  await end('aged', { removeOnComplete: { age: 30 } }, 'done');
  assert.equal(await redis.exists(`${prefix}n-4`), 0);
  await end('wished', {}, 'done', { removeOnComplete: true });
  assert.equal(await redis.exists(`${prefix}wished`), 0);
  await end('own', { removeOnComplete: false }, 'done', { removeOnComplete: true });
  assert.equal(await redis.exists(`${prefix}own`), 1);
  await assertSound(assert);
});

test('35 clean, drain and remove, by Node and by ours', async () => {
  const q = queue();
  const { seen } = await listener(['cleaned', 'removed']);
  const fill = async () => {
    await failedByOurs('f-1', 'f-2');
    await ours.add({ id: 'w-1' }, { id: 'w-2' }, { id: 'p-1', opts: { priority: 1 } }, { id: 'd-1', opts: { delay: 60000, deduplication: { id: 'x' } } });
    await sleep(5);
  };
  await fill();
  assert.deepEqual((await q.clean(0, 100, 'failed')).sort(), ['f-1', 'f-2']);
  assert.deepEqual(await q.clean(0, 100, 'delayed'), ['d-1']);
  assert.deepEqual((await q.clean(0, 100, 'wait')).sort(), ['w-1', 'w-2']);
  await q.drain();
  assert.equal(await redis.exists(`${prefix}p-1`), 0);
  await fill();
  assert.deepEqual((await ours.do('clean', { state: 'failed', grace: 0, limit: 100 })).sort(), ['f-1', 'f-2']);
  assert.deepEqual(await ours.do('clean', { state: 'delayed', grace: 60000, limit: 100 }), [], 'too young');
  assert.equal(await ours.do('drain', { delayed: true }), 4);
  assert.equal(await redis.exists(`${prefix}de:x`), 0);
  await until(() => seen.filter((each) => each.event === 'cleaned').length >= 4);
  await ours.add({ id: 'locked' }, { id: 'free' });
  await ours.takeAll(1);
  await assert.rejects((await q.getJob('locked')).remove(), /locked/);
  assert.deepEqual(await ours.do('remove', { ids: ['locked', 'free', 'gone'] }), [0, 1, -1]);
  await ours.add({ id: 'free for Node' });
  await (await q.getJob('free for Node')).remove();
  await until(() => seen.filter((each) => each.event === 'removed').length === 2);
  assert.deepEqual(seen.filter((each) => each.event === 'removed').map((each) => [each.jobId, each.prev]), [['free', 'wait'], ['free for Node', 'wait']]);
  await ours.finish([{ id: 'locked', action: 'done', text: 'null' }]);
  await ours.add({ id: 'c-1', opts: { removeOnComplete: false } }, { id: 'p-2', opts: { priority: 2 } });
  await ours.finish((await ours.takeAll(1)).map((job) => ({ id: job.id, action: 'done', text: 'null' })));
  await sleep(5);
  assert.deepEqual(await q.clean(0, 100, 'completed'), ['c-1']);
  assert.deepEqual(await q.clean(0, 100, 'prioritized'), ['p-2']);
  await assertSound(assert);
  await q.obliterate();
  assert.deepEqual(await redis.keys(`${prefix}*`), []);
});

const parentQueueName = 'shopify-admin-notifications';
const flags = { none: {}, fpof: { failParentOnFailure: true }, cpof: { continueParentOnFailure: true }, idof: { ignoreDependencyOnFailure: true }, rdof: { removeDependencyOnFailure: true } };

async function flow(childOpts = {}) {
  const producer = new bull.FlowProducer({ connection });
  const made = await producer.add({
    name: 'parent', queueName: parentQueueName, data: {}, opts: { jobId: 'the-parent' },
    children: ['a', 'b'].map((id) => ({ name: 'echo', queueName, data: { id }, opts: { jobId: id, ...childOpts } })),
  });
  await producer.close();
  return made;
}

test('37 children of a flow end in ours: the parent is released once and its Node worker wakes', async () => {
  const results = [];
  const parents = new bull.Worker(parentQueueName, async (job) => results.push(await job.getChildrenValues()), { connection });
  await flow();
  await ours.takeAll(2);
  await ours.finish([{ id: 'a', action: 'done', text: '{"n":1}' }]);
  await sleep(100);
  assert.equal(results.length, 0);
  const before = Date.now();
  await ours.finish([{ id: 'b', action: 'done', text: '"two"' }]);
  await until(() => results.length === 1);
  assert.ok(Date.now() - before < 2500, 'without a marker it would be up to 5 s');
  const released = (await redis.xrange(`bull:${parentQueueName}:events`, '-', '+')).filter(([, fields]) => fields.includes('waiting-children') && fields[1] === 'waiting' && fields.includes('the-parent'));
  assert.equal(released.length, 1);
  assert.deepEqual(results[0], { [`${prefix}a`]: { n: 1 }, [`${prefix}b`]: 'two' });
  await parents.close();
});

for (const [flag, childOpts] of Object.entries(flags)) {
  test(`37 a child fails in ours, ${flag}`, async () => {
    await flow(childOpts);
    const parents = new bull.Queue(parentQueueName, { connection });
    const K = `bull:${parentQueueName}:the-parent`;
    await ours.takeAll(2);
    await ours.finish([{ id: 'a', action: 'fail', text: 'broken' }]);
    const parent = await parents.getJob('the-parent');
    const state = await parent.getState();
    const pending = await redis.smembers(`${K}:dependencies`);
    if (flag === 'none') {
      assert.equal(state, 'waiting-children');
      assert.equal(pending.length, 2);
    } else {
      assert.deepEqual(pending, [`${prefix}b`]);
      assert.equal(state, flag === 'fpof' || flag === 'cpof' ? 'waiting' : 'waiting-children');
    }
    if (flag === 'fpof') {
      assert.equal(await redis.hget(K, 'defa'), `child ${prefix}a failed`);
      const node = new bull.Worker(parentQueueName, async () => assert.fail('must not run'), { connection });
      await until(async () => (await parent.getState()) === 'failed');
      assert.equal((await parents.getJob('the-parent')).failedReason, `child ${prefix}a failed`);
      await node.close();
    }
    if (flag === 'cpof' || flag === 'idof') assert.equal(await redis.hget(`${K}:failed`, `${prefix}a`), 'broken');
    await ours.finish([{ id: 'b', action: 'done', text: 'null' }]);
    if (flag === 'idof' || flag === 'rdof') assert.equal(await parent.getState(), 'waiting');
    await parents.close();
  });
}

test('37 a child that fails in ours and is not kept leaves its parent, as in BullMQ', async () => {
  await flow({ removeOnFail: true });
  const parents = new bull.Queue(parentQueueName, { connection });
  await ours.takeAll(2);
  await ours.finish(['a', 'b'].map((id) => ({ id, action: 'fail', text: 'broken' })));
  assert.equal(await (await parents.getJob('the-parent')).getState(), 'waiting');
  await parents.close();
});

test('37 a second child that fails leaves a parent that has failed already alone', async () => {
  await flow({ failParentOnFailure: true });
  const parents = new bull.Queue(parentQueueName, { connection });
  await ours.takeAll(2);
  await ours.finish([{ id: 'a', action: 'fail', text: 'broken' }]);
  const node = new bull.Worker(parentQueueName, async () => assert.fail('must not run'), { connection });
  await until(async () => (await (await parents.getJob('the-parent')).getState()) === 'failed');
  await node.close();
  await ours.finish([{ id: 'b', action: 'fail', text: 'broken too' }]);
  assert.equal(await redis.hget(`bull:${parentQueueName}:the-parent`, 'defa'), null);
  await parents.close();
});

test('38 a queue with a job scheduler is refused loudly, and works again without it', async () => {
  const q = queue();
  await q.upsertJobScheduler('every', { every: 60000 }, { name: 'echo' });
  await ours.add({ id: 'a' });
  await assert.rejects(ours.takeAll(), /repeat holds job schedulers/);
  await ours.do('work', {});
  await until(() => ours.events.some((each) => each.event === 'trouble' && /job schedulers/.test(each.message)));
  assert.equal(ours.ran().length, 0);
  await q.removeJobScheduler('every');
  await until(() => ours.ran().some((job) => job.id === 'a'));
});
