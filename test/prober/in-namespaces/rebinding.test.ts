import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { buildTopology } from '../../../lab/net/build-topology.ts';
import { openSandbox, type Sandbox } from '../../../lab/net/sandbox.ts';
import { placeIn } from '../../../scripts/bench/probes-place.ts';
import { describeInSandbox } from '../../lab/net/support.ts';
import { probe, taskOf } from '../support/prober.ts';

const ext = '203.0.113.10';
const metadata = '169.254.169.254';

/** Answers HTTP, and for every name its own address at first and that of the metadata service from then on. */
const servers = `
const { ext, metadata } = JSON.parse(process.argv[1]);
require('node:http').createServer((_, response) => response.end('hello')).listen(8080);
const dns = require('node:dgram').createSocket('udp4');
let asked = 0;
dns.on('message', (question, { port, address }) => {
  const isA = question.readUInt16BE(question.length - 4) === 1;
  const bytes = isA && (asked++ < 2 ? ext : metadata).split('.').map(Number);
  const answer = bytes === false ? [] : [0xc0, 0x0c, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, ...bytes];
  const reply = Buffer.concat([question, Buffer.from(answer)]);
  reply[2] |= 0x80;
  reply.writeUInt16BE(answer.length > 0 ? 1 : 0, 6);
  dns.send(reply, port, address);
});
dns.bind(53, () => console.log('ready'));
`;

describeInSandbox('a name whose address changes to one that must not be probed', () => {
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
    await (await placeIn(sandbox)).serve('ext', servers, { ext, metadata });
    await sandbox.run(['nft', '-f', '-'], {
      netns: 'p11',
      input: `table ip watch {
        counter forbidden { }
        chain out { type filter hook output priority 0; ip daddr 169.254.0.0/16 counter name forbidden; }
      }`,
    });
  });
  afterAll(() => sandbox.close());

  test('is reached while it is another, and no packet goes there', async () => {
    const task = taskOf('http', [{ host: 'innocent.example', port: 8080 }], { attempts: 4, allow: [] });
    const { attempts, cannot } = await probe(task, sandbox.enter('p11'));
    expect(attempts.map(({ ok, address }) => [ok, address])).toEqual([
      [true, ext],
      [true, ext],
    ]);
    expect(cannot?.detail).toMatch(
      /^"innocent\.example" stands for 169\.254\.169\.254, which is a link-local address/,
    );
    const counted = await sandbox.run(['nft', 'list', 'counter', 'ip', 'watch', 'forbidden'], {
      netns: 'p11',
    });
    expect(counted).toContain('packets 0 bytes 0');
  });
});
