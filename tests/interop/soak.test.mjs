// Item 40: producers, workers and administrators of both sides at once, workers killed at random; then everything must add up.
// INTEROP_SOAK_SECONDS: how long (5 by itself; the whole item is 600).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertSound, ours, Peer, prefix, queue, redis, sleep, until, worker } from './harness.mjs';
import { mortalNode } from './mortal_node.mjs';

const seconds = Number(process.env.INTEROP_SOAK_SECONDS ?? 5);

test(`40 soak of ${seconds} s`, async (t) => {
  const q = queue();
  let state = 20261123; // the same choices every time
  const pick = (count) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * count);
  };
  const added = new Map(); // id → name
  const starts = new Map();
  const started = (id) => starts.set(id, (starts.get(id) ?? 0) + 1);
  const peers = [];
  const startPeer = async () => {
    const peer = new Peer();
    peer.onRan = (job) => started(job.id);
    peers.push(peer);
    await peer.do('work', { batch: 1 + pick(8), stalledInterval: 500 });
    return peer;
  };
  let mortal;
  t.after(async () => { // also when it fails: else they wait for ever
    mortal?.kill('SIGKILL');
    for (const each of peers) await each.end('SIGKILL');
  });
  let peer = await startPeer();
  mortal = mortalNode(2, 'works', started);
  worker(async (job) => {
    started(job.id);
    if (job.name === 'fail') throw new Error('by Node');
    await sleep(pick(3));
  }, { concurrency: 2, lockDuration: 2000, stalledInterval: 1000, maxStalledCount: 1000 });

  const kinds = [() => ({}), () => ({ delay: pick(300) }), () => ({ priority: 1 + pick(5) }), () => ({ lifo: true }),
    () => ({ attempts: 3, backoff: { type: 'fixed', delay: 20 } }), () => ({ deduplication: { id: `d-${pick(3)}`, ttl: 20 } })];
  const add = async (id, name) => {
    const opts = { stackTraceLimit: 3, ...kinds[pick(kinds.length)]() };
    const taken = pick(2) ? (await q.add(name, { id }, { jobId: id, ...opts })).id
      : (await ours.add({ id, name, data: JSON.stringify({ id }), opts })).ids[0];
    if (taken === id) added.set(id, name); // else another one holds its deduplication key
    return opts;
  };
  const administration = [
    async () => { await q.pause(); await ours.do('resume'); },
    async () => { await ours.do('pause'); await q.resume(); },
    async () => ours.do('promoteAll'),
    async () => q.retryJobs({ state: 'failed', count: 50 }),
    async () => ours.do('retryAll', { state: 'failed' }),
    async () => { await peer.end('SIGKILL'); peer = await startPeer(); },
    async () => { mortal.kill('SIGKILL'); mortal = mortalNode(2, 'works', started); },
    async (last) => ours.do('changePriority', { job: last, priority: 1 + pick(5) }),
    async () => ours.do('checkStalled', { interval: 300, max: 1000 }),
    async (last) => { if ((await ours.do('remove', { ids: [last] }))[0] === 1) added.delete(last); },
    async (last) => q.remove(last).then((done) => { if (done) added.delete(last); }, () => {}), // it may be running
    async () => { for (const id of await ours.do('clean', { state: 'completed', grace: 0, limit: 5 })) added.delete(id); },
    async () => { for (const id of await q.clean(0, 5, 'completed')) added.delete(id); },
    async () => { await q.setGlobalConcurrency(1 + pick(3)); await sleep(20); await q.removeGlobalConcurrency(); },
    async () => { await ours.do('setRateLimit', { max: 5, duration: 20 }); await sleep(40); await q.removeGlobalRateLimit?.() ?? redis.hdel(`${prefix}meta`, 'max', 'duration'); },
    async (last) => add(last, added.get(last) ?? 'echo'), // a second time
  ];
  const end = Date.now() + seconds * 1000;
  for (let n = 0, last = 's-0'; Date.now() < end; ++n) {
    const id = `s-${n}`;
    await add(id, pick(10) === 0 ? 'fail' : 'echo');
    if (pick(20) === 0) await administration[pick(administration.length)](last);
    last = id;
    if (n % 20 === 0) await sleep(1);
  }
  await q.resume();
  await until(async () => {
    const counts = await ours.do('counts');
    return counts.waiting + counts.active + counts.delayed + counts.prioritized + counts.paused === 0;
  }, 60000, 'the queue is empty');
  await peer.do('stop');
  await assertSound(assert);
  const counts = await ours.do('counts');
  console.log(`${added.size} jobs: ${counts.completed} completed, ${counts.failed} failed; ${peers.length} workers of ours`);
  assert.equal(counts.completed + counts.failed, added.size);
  assert.deepEqual(await redis.keys(`${prefix}*:lock`), []);
  assert.ok((await redis.xlen(`${prefix}events`)) < 12000);
  let stalled = 0;
  for (const [id, name] of added) {
    if (name === 'fail') continue; // run again by attempts and administrators
    const stalls = Number((await redis.hget(prefix + id, 'stc')) ?? 0);
    const times = starts.get(id) ?? 0;
    stalled += stalls;
    assert.ok(times >= 1 && times <= 1 + stalls, `${id} was started ${times} times with ${stalls} stalls`);
  }
  assert.ok(seconds < 60 || stalled > 0, 'no worker was killed with a job in its hands'); // in a short one that is chance
});
