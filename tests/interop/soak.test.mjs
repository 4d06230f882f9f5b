// Item 40: producers, workers and administrators of both sides at once, workers killed at random; then everything must add up.
// INTEROP_SOAK_SECONDS: how long (5 by itself; the whole item is 600).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertSound, major, ours, Peer, prefix, queue, redis, sleep, until, worker } from './harness.mjs';
import { mortalNode } from './mortal_node.mjs';

const seconds = Number(process.env.INTEROP_SOAK_SECONDS ?? 5);

test(`40 soak of ${seconds} s`, async () => {
  const q = queue();
  let state = 20261123; // the same choices every time
  const pick = (count) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * count);
  };
  const added = new Set();
  const completedBy = new Map();
  const finished = (id) => completedBy.set(id, (completedBy.get(id) ?? 0) + 1);
  const peers = [];
  const startPeer = async () => {
    const peer = new Peer();
    peers.push(peer);
    await peer.do('work', { batch: 1 + pick(8), stalledInterval: 500 });
    return peer;
  };
  let peer = await startPeer();
  let mortal = mortalNode(2, 'works');
  worker(async (job) => {
    if (job.name === 'fail') throw new Error('by Node');
    await sleep(pick(3));
    finished(job.id);
  }, { concurrency: 2, lockDuration: 2000, stalledInterval: 1000, maxStalledCount: 1000 });
  const end = Date.now() + seconds * 1000;
  for (let n = 0; Date.now() < end; ++n) {
    const id = `s-${n}`;
    const opts = [{}, { delay: pick(300) }, { priority: 1 + pick(5) }, { lifo: true }, { attempts: 3, backoff: { type: 'fixed', delay: 20 } }][pick(5)];
    const name = pick(10) === 0 ? 'fail' : 'echo';
    added.add(id);
    if (pick(2)) await q.add(name, { n }, { jobId: id, ...opts });
    else await ours.add({ id, name, data: `{"n":${n}}`, opts });
    switch (pick(60)) {
      case 0: await q.pause(); await ours.do('resume'); break;
      case 1: await ours.do('pause'); await q.resume(); break;
      case 2: await ours.do('promoteAll'); break;
      case 3: await q.retryJobs({ state: 'failed', count: 5 }); break;
      case 4: await ours.do('retryAll', { state: 'failed' }); break;
      case 5: await peer.end('SIGKILL'); peer = await startPeer(); break;
      case 6: mortal.kill('SIGKILL'); mortal = mortalNode(2, 'works'); break;
      case 7: await ours.do('changePriority', { job: id, priority: 1 + pick(5) }); break;
      case 8: await ours.do('checkStalled', { interval: 300, max: 1000 }); break;
      default:
    }
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
  assert.equal(counts.completed + counts.failed, added.size);
  assert.deepEqual(await redis.keys(`${prefix}*:lock`), []);
  assert.ok((await redis.xlen(`${prefix}events`)) < 12000);
  const stalls = new Map();
  for (const id of added) stalls.set(id, Number((await redis.hget(prefix + id, 'stc')) ?? 0));
  for (const [id, times] of completedBy) assert.ok(times <= 1 + stalls.get(id), `${id} completed ${times} times by Node with ${stalls.get(id)} stalls`);
  mortal.kill('SIGKILL');
  for (const each of peers) await each.end();
});
