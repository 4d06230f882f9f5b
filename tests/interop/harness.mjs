// What every conformance test has: a Redis of its own, the real BullMQ of one major, and our library behind queue_peer.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, afterEach, before, beforeEach } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

export const major = Number(process.env.BULLMQ_MAJOR);
const require = createRequire(join(import.meta.dirname ?? new URL('.', import.meta.url).pathname, `bullmq${major}`, 'package.json'));
export const bull = require('bullmq');
export const requireOf = require;
const Redis = require('ioredis').Redis ?? require('ioredis');

export const queueName = 'internal-booking-events'; // our leases know the service's own queues
export const prefix = `bull:${queueName}:`;
const folder = mkdtempSync(join(tmpdir(), 'ooi-'));
const socket = join(folder, 'redis.sock');
export const connection = { path: socket, maxRetriesPerRequest: null };
export let redis;
let server;
const open = []; // Node objects of a test, closed after it

export async function until(check, ms = 5000, what = check.toString()) {
  const end = Date.now() + ms;
  for (;;) {
    const value = await check();
    if (value) return value;
    if (Date.now() > end) throw new Error(`not within ${ms} ms: ${what}`);
    await sleep(5);
  }
}

// Our side: commands are answered in order; lines with `event` tell what its worker does.
export class Peer {
  constructor() {
    this.child = spawn(process.env.QUEUE_PEER, [socket], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.waiting = new Map();
    this.events = [];
    this.seq = 0;
    this.child.once('exit', (code, signal) => {
      for (const settle of this.waiting.values()) settle({ error: `queue_peer ended (${signal ?? code})` });
    });
    createInterface({ input: this.child.stdout }).on('line', (line) => {
      const message = JSON.parse(line);
      if (message.event === 'ran' && this.onRan) this.onRan(message.job);
      else if (message.event) this.events.push({ ...message, at: Date.now() });
      else this.waiting.get(message.seq)(message);
    });
  }
  async do(command, args = {}) {
    const seq = ++this.seq;
    const answer = await new Promise((resolve) => {
      this.waiting.set(seq, resolve);
      this.child.stdin.write(JSON.stringify({ do: command, queue: queueName, seq, ...args }) + '\n');
    });
    this.waiting.delete(seq);
    if (answer.error !== undefined) throw new Error(answer.error);
    return answer.result;
  }
  add(...jobs) {
    return this.do('add', { jobs: jobs.map((job) => ({ name: 'echo', data: '{}', ...job })) });
  }
  async takeAll(max = 100, token = 'token') {
    return (await this.do('take', { max, token, worker: 'ours' })).jobs;
  }
  finish(ends, args = {}) {
    return this.do('finish', { token: 'token', ends, ...args });
  }
  ran() {
    return this.events.filter((event) => event.event === 'ran').map((event) => event.job);
  }
  async end(signal = 'SIGKILL') {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const gone = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill(signal);
    await gone;
  }
}

export let ours;

export function queue(options = {}) {
  const made = new bull.Queue(queueName, { connection, ...options });
  open.push(made);
  return made;
}

export function worker(processor, options = {}) {
  const made = new bull.Worker(queueName, processor, { connection, ...options });
  made.on('error', () => {});
  open.push(made);
  return made;
}

// What a QueueEvents listener of Node sees, in order.
export async function listener(names) {
  const made = new bull.QueueEvents(queueName, { connection, lastEventId: '0-0' }); // Redis was emptied before the test
  open.push(made);
  const seen = [];
  made.on('error', (error) => seen.push({ event: 'error', error: error.message }));
  for (const name of names) made.on(name, (args) => seen.push({ event: name, ...args }));
  await made.waitUntilReady();
  return { seen, events: made };
}

// Every id in exactly one structure, every id with a hash, no lock without a job that runs (§21 item 40).
export async function assertSound(assert) {
  const lists = ['wait', 'paused', 'active'];
  const sets = ['delayed', 'prioritized', 'completed', 'failed', 'waiting-children'];
  const where = new Map();
  for (const key of [...lists, ...sets]) {
    const ids = lists.includes(key) ? await redis.lrange(prefix + key, 0, -1) : await redis.zrange(prefix + key, 0, -1);
    for (const id of ids) where.set(id, [...(where.get(id) ?? []), key]);
  }
  for (const [id, keys] of where) {
    assert.equal(keys.length, 1, `job ${id} stands in ${keys}`);
    assert.equal(await redis.type(prefix + id), 'hash', `job ${id} of ${keys} has a hash`);
  }
  for (const key of await redis.keys(`${prefix}*`)) {
    const id = key.slice(prefix.length);
    if ((await redis.type(key)) === 'hash' && !id.includes(':') && id !== 'meta') assert.ok(where.has(id), `job ${id} is in no structure`);
    if (id.endsWith(':lock')) assert.deepEqual(where.get(id.slice(0, -5)), ['active'], `${id} belongs to a job that runs`);
  }
}

export { sleep };

before(async () => {
  server = spawn('redis-server', ['--port', '0', '--unixsocket', socket, '--save', '', '--appendonly', 'no'], { stdio: 'ignore' });
  redis = new Redis({ path: socket, retryStrategy: () => 20, maxRetriesPerRequest: null });
  redis.on('error', () => {});
  await redis.ping();
});

beforeEach(async () => {
  await redis.flushall();
  ours = new Peer();
});

afterEach(async () => {
  await ours.end();
  for (const each of open.splice(0)) await each.close(true).catch(() => {});
});

after(async () => {
  redis.disconnect();
  server.kill();
  rmSync(folder, { recursive: true, force: true });
});
