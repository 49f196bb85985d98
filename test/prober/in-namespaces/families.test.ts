import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { buildTopology } from '../../../lab/net/build-topology.ts';
import { openSandbox, type Sandbox } from '../../../lab/net/sandbox.ts';
import { placeIn } from '../../../scripts/bench/probes-place.ts';
import { describeInSandbox } from '../../lab/net/support.ts';
import { probe, taskOf } from '../support/prober.ts';

const ext = '203.0.113.10';

/** Takes connections, and answers for every name its own address and an IPv6 address. */
const servers = `
const { ext } = JSON.parse(process.argv[1]);
require('node:net').createServer((socket) => socket.on('error', () => undefined).resume()).listen(7000, '0.0.0.0');
const dns = require('node:dgram').createSocket('udp4');
dns.on('message', (question, { port, address }) => {
  const isA = question.readUInt16BE(question.length - 4) === 1;
  const bytes = isA ? ext.split('.').map(Number) : [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
  const answer = [0xc0, 0x0c, 0, isA ? 1 : 28, 0, 1, 0, 0, 0, 60, 0, bytes.length, ...bytes];
  const reply = Buffer.concat([question, Buffer.from(answer)]);
  reply[2] |= 0x80;
  reply.writeUInt16BE(1, 6);
  dns.send(reply, port, address);
});
dns.bind(53, () => console.log('ready'));
`;

describeInSandbox('a name with addresses of both families, where there is no IPv6', () => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await openSandbox();
    await buildTopology(sandbox, {
      nodes: [{ name: 'n1', ip: '10.0.0.11', podCidr: '10.244.1.0/24' }],
      pods: [
        { name: 'p11', node: 'n1', ip: '10.244.1.11', resolvConf: `nameserver ${ext}\noptions ndots:1\n` },
      ],
      hosts: [{ name: 'ext', ip: ext }],
    });
    await (await placeIn(sandbox)).serve('ext', servers, { ext });
  });
  afterAll(() => sandbox.close());

  test('is not told to fail every other time', async () => {
    const task = taskOf('tcp', [{ host: 'both.example.', port: 7000 }], { attempts: 6, allow: [] });
    const { attempts, summary } = await probe(task, sandbox.enter('p11'));
    expect(attempts.map(({ ok, address }) => [ok, address])).toEqual(Array(6).fill([true, ext]));
    expect(summary?.notes).toEqual([
      'there is no way from here to 1 of 2 addresses of the name: they are left out',
    ]);
  });
});
