import { afterEach, describe, expect, test } from '@jest/globals';
import { createSocket } from 'node:dgram';
import { Resolver } from 'node:dns/promises';
import { once } from 'node:events';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decode, encode } from 'dns-packet';
import { answer, dnsServer, exists, type Asked, type DnsServer } from '../../prober/support/dns-server.ts';
import { freePort, get, programsOfTests, sumOf } from './support.ts';

const payments = 'payments.shop.svc.cluster.local';
const cluster = { [payments]: ['10.96.0.22'] };

const startProgram = programsOfTests();
const behind: DnsServer[] = [];
const folders: string[] = [];
afterEach(async () => {
  await Promise.all(behind.splice(0).map((server) => server.close()));
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true })));
});

interface Running {
  readonly port: number;
  /** As c-ares asks: one question at a time, and once. */
  readonly client: Resolver;
  /** The sum of the series of a metric that have these labels. */
  readonly metric: (name: string, labels?: Readonly<Record<string, string>>) => Promise<number>;
}

async function start(settings: Readonly<Record<string, string>>): Promise<Running> {
  const [port, metricsPort] = [await freePort(), await freePort()];
  await startProgram('resolver', { PORT: port, METRICS_PORT: metricsPort, ...settings });
  const client = new Resolver({ timeout: 30_000, tries: 1 });
  client.setServers([`127.0.0.1:${port}`]);
  return {
    port,
    client,
    async metric(name, labels) {
      const { body } = await get(`http://127.0.0.1:${metricsPort}/metrics`);
      return sumOf(body, `coredns_${name}`, labels);
    },
  };
}

async function recordsFile(records: object): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'netcheck-resolver-'));
  folders.push(folder);
  const file = join(folder, 'records.json');
  await writeFile(file, JSON.stringify(records));
  return file;
}

/** A resolver behind it, which does as the test says. */
async function upstream(handle: Parameters<typeof dnsServer>[0] = (one, reply) => reply(exists(one))) {
  const server = await dnsServer(handle);
  behind.push(server);
  return { to: `127.0.0.1:${server.port}`, asked: server.asked };
}

async function code(asked: Promise<unknown>): Promise<unknown> {
  return asked.then(
    () => 'answered',
    (error: unknown) => (error as { readonly code: string }).code,
  );
}

/** What is said in the end to whoever waits for longer than c-ares does. */
async function patientCode(port: number, name: string): Promise<number> {
  const socket = createSocket('udp4');
  socket.send(encode({ type: 'query', id: 1, questions: [{ name, type: 'A' }] }), port, '127.0.0.1');
  const [reply] = (await once(socket, 'message')) as [Buffer];
  socket.close();
  return reply.readUInt8(3) & 0x0f;
}

const servfail = 2;

/** `. NS`: is it there at all? */
const isHealthCheck = ({ type }: Asked): boolean => type === 2;

describe('with an upstream', () => {
  test('answers for the cluster itself, as the kubernetes plugin does', async () => {
    const { to, asked } = await upstream();
    const { port, client, metric } = await start({ RECORDS: await recordsFile(cluster), UPSTREAM: to });

    expect(await client.resolve4(payments)).toEqual(['10.96.0.22']);
    expect(await client.resolve4('Payments.shop.SVC.cluster.local')).toEqual(['10.96.0.22']);
    expect(await code(client.resolve6(payments))).toBe('ENODATA');
    expect(await code(client.resolve4('shop.svc.cluster.local'))).toBe('ENODATA');
    expect(await code(client.resolve4('orders.shop.svc.cluster.local'))).toBe('ENOTFOUND');
    expect(await code(client.resolve4('example.com.svc.cluster.local'))).toBe('ENOTFOUND');
    expect(asked).toEqual([]);

    const where = { server: `dns://:${port}`, zone: '.', view: '' };
    expect(await metric('dns_requests_total', { ...where, proto: 'udp', family: '1', type: 'A' })).toBe(5);
    expect(await metric('dns_requests_total', { ...where, type: 'AAAA' })).toBe(1);
    const said = { ...where, plugin: 'kubernetes' };
    expect(await metric('dns_responses_total', { ...said, rcode: 'NOERROR' })).toBe(4);
    expect(await metric('dns_responses_total', { ...said, rcode: 'NXDOMAIN' })).toBe(2);
    expect(await metric('dns_request_duration_seconds_bucket', { ...where, le: '8.192' })).toBe(6);
  });

  test('follows its file of records, replaced or written anew', async () => {
    const file = await recordsFile(cluster);
    const { client } = await start({ RECORDS: file, UPSTREAM: (await upstream()).to });
    expect(await client.resolve4(payments)).toEqual(['10.96.0.22']);

    const become = async (address: string): Promise<void> => {
      while ((await client.resolve4(payments))[0] !== address);
    };
    await writeFile(file, JSON.stringify({ [payments]: ['10.96.0.23'] }));
    await become('10.96.0.23');
    await writeFile(`${file}.new`, JSON.stringify({ [payments]: ['10.96.0.24'] }));
    await rename(`${file}.new`, file);
    await become('10.96.0.24');
    await writeFile(file, '{ half of');
    expect(await client.resolve4(payments)).toEqual(['10.96.0.24']);
  });

  test('asks upstream for everything else, from a port and under an id of its own, and times it', async () => {
    const { to, asked } = await upstream();
    const { client, metric } = await start({ UPSTREAM: to });

    expect(await client.resolve4('legacy.example.com')).toEqual(['10.0.0.1']);
    expect(await code(client.resolve6('legacy.example.com'))).toBe('ENODATA');
    expect(await client.resolve4('cluster.local.example.com')).toEqual(['10.0.0.1']);
    expect(asked.map(({ name, type }) => `${name} ${type}`)).toEqual([
      'legacy.example.com 1',
      'legacy.example.com 28',
      'cluster.local.example.com 1',
    ]);
    expect(
      await metric('proxy_request_duration_seconds_count', { proxy_name: 'forward', to, rcode: 'NOERROR' }),
    ).toBe(3);
    expect(await metric('dns_responses_total', { rcode: 'NOERROR', plugin: 'forward' })).toBe(3);
    expect(await metric('proxy_healthcheck_failures_total')).toBe(0);
  });

  test('passes on what upstream says, SERVFAIL too, and believes no reply to something else', async () => {
    const { to } = await upstream((one, reply) => {
      const forged = Buffer.from(exists(one));
      forged.writeUInt16BE(one.id ^ 1, 0);
      reply(forged);
      reply(Buffer.from([1, 2, 3]));
      reply(answer(one, { rcode: 2 }));
    });
    const { client, metric } = await start({ UPSTREAM: to });
    expect(await code(client.resolve4('broken.example.com'))).toBe('ESERVFAIL');
    expect(await metric('proxy_request_duration_seconds_count', { rcode: 'SERVFAIL' })).toBe(1);
    expect(await metric('dns_responses_total', { rcode: 'SERVFAIL', plugin: 'forward' })).toBe(1);
  });

  test('tries for 2 s, three times, and then says SERVFAIL itself', async () => {
    const { to, asked } = await upstream(() => undefined);
    const { port, metric } = await start({ UPSTREAM: to });
    const started = performance.now();
    expect(await patientCode(port, 'legacy.example.com')).toBe(servfail);
    const seconds = (performance.now() - started) / 1000;
    expect(seconds).toBeGreaterThanOrEqual(5.99);
    expect(seconds).toBeLessThan(8);

    expect(asked.filter((one) => !isHealthCheck(one)).map(({ name }) => name)).toEqual(
      Array(3).fill('legacy.example.com'),
    );
    expect(new Set(asked.map(({ id }) => id)).size).toBe(asked.length);
    // No plugin wrote it, and CoreDNS times no try that nobody answered.
    expect(await metric('dns_responses_total', { rcode: 'SERVFAIL', plugin: '' })).toBe(1);
    expect(await metric('proxy_request_duration_seconds_count')).toBe(0);
    expect(await metric('dns_request_duration_seconds_bucket', { le: '4.096' })).toBe(0);
    expect(await metric('dns_request_duration_seconds_bucket', { le: '8.192' })).toBe(1);
    expect(
      await metric('proxy_healthcheck_failures_total', { proxy_name: 'forward', to }),
    ).toBeGreaterThanOrEqual(2);

    // It is held to be down by now, and asked all the same.
    expect(await patientCode(port, 'other.example.com')).toBe(servfail);
    expect(await metric('forward_healthcheck_broken_total')).toBeGreaterThanOrEqual(1);
  });

  test('is served by the second try where the first is lost', async () => {
    const { to } = await upstream((one, reply) => {
      if (one.nth > 0) reply(exists(one));
    });
    const { client, metric } = await start({ UPSTREAM: to });
    const started = performance.now();
    expect(await client.resolve4('legacy.example.com')).toEqual(['10.0.0.1']);
    expect(performance.now() - started).toBeGreaterThanOrEqual(1990);
    expect(await metric('proxy_request_duration_seconds_bucket', { le: '0.512' })).toBe(1);
    expect(await metric('dns_request_duration_seconds_bucket', { le: '1.024' })).toBe(0);
  });

  test('keeps an answer for its time, and no longer', async () => {
    const world = await start({ RECORDS: await recordsFile({ 'a.example.com': ['10.0.0.1'] }), TTL: '2' });
    const { client, metric } = await start({ UPSTREAM: `127.0.0.1:${world.port}` });
    const forwarded = (): Promise<number> => metric('proxy_request_duration_seconds_count');

    for (let time = 0; time < 3; time++) expect(await client.resolve4('a.example.com')).toEqual(['10.0.0.1']);
    expect(await code(client.resolve4('b.example.com'))).toBe('ENOTFOUND');
    expect(await code(client.resolve4('b.example.com'))).toBe('ENOTFOUND');
    expect(await forwarded()).toBe(3);
    expect(await metric('cache_hits_total', { type: 'success', zones: '.' })).toBe(2);
    expect(await metric('cache_misses_total')).toBe(3);
    expect(await metric('cache_requests_total')).toBe(5);
    expect(await metric('cache_entries', { type: 'success' })).toBe(1);

    while ((await forwarded()) === 3) await client.resolve4('a.example.com');
    expect(await metric('cache_entries')).toBe(1);
  });

  test('answers many questions of one TCP connection, however they are cut', async () => {
    const { port, metric } = await start({
      RECORDS: await recordsFile(cluster),
      UPSTREAM: (await upstream()).to,
    });
    const questions = Array.from({ length: 5 }, (_, id) => {
      const question = encode({ type: 'query', id, questions: [{ name: payments, type: 'A' }] });
      return Buffer.concat([Buffer.of(0, question.length), question]);
    });
    const bytes = Buffer.concat(questions);
    const socket = connect(port, '127.0.0.1').setNoDelay(true);
    await once(socket, 'connect');
    for (const [from, to] of [
      [0, 1],
      [1, 30],
      [30, bytes.length],
    ]) {
      await new Promise((sent) => socket.write(bytes.subarray(from, to), sent));
    }
    const heard = new Set<number | undefined>();
    let waiting = Buffer.alloc(0);
    for await (const chunk of socket) {
      waiting = Buffer.concat([waiting, chunk as Buffer]);
      while (waiting.length > 2 && waiting.length >= 2 + waiting.readUInt16BE(0)) {
        const { id, answers } = decode(waiting.subarray(2));
        expect(answers).toEqual([expect.objectContaining({ name: payments, data: '10.96.0.22' })]);
        heard.add(id);
        waiting = waiting.subarray(2 + waiting.readUInt16BE(0));
      }
      if (heard.size === questions.length) break;
    }
    expect(await metric('dns_requests_total', { proto: 'tcp' })).toBe(5);
  });

  test('asks itself how busy it is', async () => {
    const { metric } = await start({ UPSTREAM: '127.0.0.1:9', SELF_CHECK_MS: '10' });
    while ((await metric('health_request_duration_seconds_count')) < 5);
    expect(await metric('health_request_duration_seconds_bucket', { le: '2.5' })).toBeGreaterThanOrEqual(5);
    expect(await metric('health_request_failures_total')).toBe(0);
  });
});

describe('without an upstream', () => {
  test('knows all there is, by wildcards too', async () => {
    const records = { 'legacy.example.com': ['203.0.113.10'], '*.dyn.example.com': ['203.0.113.11'] };
    const { client, metric } = await start({ RECORDS: await recordsFile(records) });
    expect(await client.resolve4('legacy.example.com')).toEqual(['203.0.113.10']);
    // It is no CoreDNS, and counts as none.
    expect(await metric('dns_requests_total')).toBe(0);
    expect(await client.resolve4('a.b.dyn.example.com')).toEqual(['203.0.113.11']);
    expect(await code(client.resolve4('dyn.example.com'))).toBe('ENODATA');
    expect(await code(client.resolve4('nowhere.invalid'))).toBe('ENOTFOUND');
    expect(await code(client.resolve4(payments))).toBe('ENOTFOUND');
  });

  test('takes its time for the share it is told', async () => {
    const { client } = await start({ DELAY_MS: '300-400', DELAY_SHARE: '0.5' });
    const took = await Promise.all(
      Array.from({ length: 200 }, async (_, nth) => {
        const started = performance.now();
        await code(client.resolve4(`${nth}.invalid`));
        return performance.now() - started;
      }),
    );
    const late = took.filter((ms) => ms >= 295);
    // So far from a half, once in a hundred thousand times.
    expect(late.length).toBeGreaterThanOrEqual(70);
    expect(late.length).toBeLessThanOrEqual(130);
  });

  test('says nothing to what is no question', async () => {
    const { port } = await start({});
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    const reply = Buffer.from([0, 12, 0, 1, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    await new Promise((sent) => socket.write(Buffer.concat([Buffer.from([0, 3, 1, 2, 3]), reply]), sent));
    const question = encode({ type: 'query', id: 7, questions: [{ name: 'a.invalid', type: 'A' }] });
    socket.write(Buffer.concat([Buffer.of(0, question.length), question]));
    const [first] = (await once(socket, 'data')) as [Buffer];
    expect(decode(first.subarray(2)).id).toBe(7);
    socket.destroy();
  });
});
