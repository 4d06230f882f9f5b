// Item 34: bull-board on a queue that only ours has filled; its API over HTTP, and a picture of its page as an artefact.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, test } from 'node:test';
import { promisify } from 'node:util';
import { major, ours, prefix, queue, queueName, redis, requireOf, until } from './harness.mjs';

let server;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

async function board(q) {
  const { createBullBoard } = requireOf('@bull-board/api');
  const { BullMQAdapter } = requireOf('@bull-board/api/bullMQAdapter');
  const { ExpressAdapter } = requireOf('@bull-board/express');
  const adapter = new ExpressAdapter();
  createBullBoard({ queues: [new BullMQAdapter(q)], serverAdapter: adapter });
  const app = requireOf('express')();
  app.use('/', adapter.getRouter());
  server = await new Promise((resolve) => {
    const made = app.listen(0, '127.0.0.1', () => resolve(made));
  });
  const base = `http://127.0.0.1:${server.address().port}`;
  const call = async (method, path, body) => {
    const answer = await fetch(`${base}/api/${path}`, { method, headers: { 'content-type': 'application/json' }, body: body && JSON.stringify(body) });
    assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${await answer.clone().text()}`);
    return answer.headers.get('content-type')?.includes('json') ? answer.json() : undefined;
  };
  return { base, call };
}

test('34 bull-board shows and changes a queue of ours', async () => {
  const q = queue();
  await ours.add({ id: 'bad', opts: { attempts: 2 } }, { id: 'good', opts: { keepLogs: 5 }, data: '{"text":"Grüße"}' }, { id: 'busy', opts: {} });
  await ours.takeAll();
  await ours.do('progress', { job: 'good', json: '{"done":40}' });
  await ours.do('log', { job: 'good', row: 'half way' });
  await ours.finish([{ id: 'bad', action: 'fail', text: 'no such address' }, { id: 'good', action: 'done', text: '{"booking":7}' }]);
  await ours.add({ id: 'waits' }, { id: 'later', opts: { delay: 3600000 } }, { id: 'urgent', opts: { priority: 1 } });
  const { base, call } = await board(q);
  const path = `queues/${queueName}`;
  const list = async (status) => (await call('GET', `queues?activeQueue=${queueName}&status=${status}&page=1&jobsPerPage=10`)).queues[0].jobs.map((job) => job.id);
  for (const [status, ids] of Object.entries({ failed: ['bad'], completed: ['good'], active: ['busy'], waiting: ['waits'], delayed: ['later'], prioritized: ['urgent'] }))
    assert.deepEqual(await list(status), ids, status);
  const good = (await call('GET', `${path}/good`)).job;
  assert.deepEqual([good.progress, good.returnValue, good.data], [{ done: 40 }, { booking: 7 }, { text: 'Grüße' }]);
  assert.deepEqual(await call('GET', `${path}/good/logs`), ['half way']);
  const bad = (await call('GET', `${path}/bad`)).job;
  assert.deepEqual([bad.failedReason, bad.stacktrace, bad.attempts], ['no such address', ['no such address'], 1]);

  await picture(base);

  await call('PUT', `${path}/bad/retry`);
  await call('PUT', `${path}/later/promote`);
  assert.deepEqual((await list('waiting')).sort(), ['bad', 'later', 'waits']);
  await redis.zadd(`${prefix}completed`, Date.now(), 'good'); // however long the picture took
  await call('PUT', `${path}/clean/completed`);
  assert.deepEqual(await list('completed'), ['good'], 'younger than its grace');
  await redis.zadd(`${prefix}completed`, Date.now() - 60000, 'good');
  await call('PUT', `${path}/clean/completed`);
  assert.deepEqual(await list('completed'), []);
  await call('PUT', `${path}/pause`);
  assert.equal(await ours.do('isPaused'), true);
  await call('PUT', `${path}/resume`);
  assert.equal((await ours.takeAll(1)).length, 1);
  await call('PUT', `${path}/empty`);
  assert.equal((await ours.do('counts')).waiting, 0);
  for (const id of await redis.lrange(`${prefix}active`, 0, -1)) {
    await redis.set(`${prefix}${id}:lock`, 'token'); // nobody renewed it while the picture was taken
    await ours.finish([{ id, action: 'done', text: 'null' }]);
  }
  await call('PUT', `${path}/pause`);
  await call('PUT', `${path}/obliterate`);
  await until(async () => (await redis.keys(`${prefix}*`)).length === 0);
});

// Headless Chromium takes it; the file stays among the build's artefacts.
async function picture(base) {
  const folder = process.env.ARTEFACTS;
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `bull-board-${major}.png`);
  await promisify(execFile)('chromium', ['--headless', '--no-sandbox', '--disable-gpu', '--hide-scrollbars', '--window-size=1400,900', '--virtual-time-budget=8000',
    `--screenshot=${file}`, `${base}/queue/${queueName}?status=failed`], { timeout: 60000 });
  assert.ok(existsSync(file) && statSync(file).size > 10000);
}
