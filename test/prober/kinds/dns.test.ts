import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { openSandbox, type Sandbox } from '../../../lab/net/sandbox.ts';
import { describeInSandbox } from '../../lab/net/support.ts';
import { answer, dnsServer, exists, missing, type DnsServer } from '../support/dns-server.ts';
import { probe, taskOf } from '../support/prober.ts';

let server: DnsServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

type Overrides = NonNullable<Parameters<typeof taskOf>[2]>;

/** Fast where a client waits five seconds: 0.3. */
const look = (port: number, overrides: Overrides = {}, target = {}) =>
  probe(
    taskOf('dns', [{ host: '127.0.0.1', port, labels: { via: 'coredns' }, ...target }], {
      attempts: 1,
      timeout: 2,
      ...overrides,
      options: { name: 'payments.shop', retryAfter: 0.3, tries: 2, ...overrides.options },
    }),
  );

it('asks for A and AAAA at once on one socket', async () => {
  const waiting: (() => void)[] = [];
  server = await dnsServer((asked, reply) => {
    waiting.push(() => reply(exists(asked)));
    // None is answered before both are here.
    if (waiting.length === 2) for (const one of waiting.splice(0)) one();
  });
  const { attempts, summary } = await look(server.port, { attempts: 4 });
  expect(summary).toMatchObject({ attempts: 4, failed: 0, facts: { queries_per_lookup: 2 } });
  for (const one of attempts) {
    expect(one).toMatchObject({
      ok: true,
      labels: { via: 'coredns', backend: '127.0.0.1', rcode: 'NOERROR', queries: '2' },
    });
    expect(one.labels).not.toHaveProperty('resent');
    expect(one.phases.dns).toBe(one.ms);
  }
  expect(server.asked.map(({ type }) => type)).toEqual([1, 28, 1, 28, 1, 28, 1, 28]);
  expect(server.asked.every(({ name }) => name === 'payments.shop')).toBe(true);
});

it.each([
  ['a', [1]],
  ['aaaa', [28]],
] as const)('asks for %s alone', async (records, types) => {
  server = await dnsServer((asked, reply) => reply(missing(asked)));
  await look(server.port, { options: { records } });
  expect(server.asked.map(({ type }) => type)).toEqual(types);
});

it('asks for a name of its own in each attempt, where it is to stand for any', async () => {
  server = await dnsServer((asked, reply) => reply(missing(asked)));
  const { attempts } = await look(server.port, {
    attempts: 3,
    options: { name: '*.invalid', search: ['shop.svc'], ndots: 2 },
  });
  expect(attempts).toMatchObject(Array(3).fill({ ok: true, labels: { rcode: 'NXDOMAIN', queries: '4' } }));
  const names = server.asked.map(({ name }) => name);
  expect(new Set(names).size).toBe(6);
  // A and AAAA of the same name, along the search path.
  const [, own] = /^(netcheck-[0-9a-f]{16})\.invalid\.shop\.svc$/.exec(names[0] ?? '') ?? [];
  expect(names.slice(0, 4)).toEqual([
    `${own}.invalid.shop.svc`,
    `${own}.invalid.shop.svc`,
    `${own}.invalid`,
    `${own}.invalid`,
  ]);
});

describe('what a client would wait', () => {
  it.each([
    ['the A answer is lost', 1, 'a'],
    ['the AAAA answer is lost', 28, 'aaaa'],
  ])('%s: the lookup takes until it is asked again', async (_, lost, resent) => {
    let spared = false;
    server = await dnsServer((asked, reply) => {
      if (asked.type !== lost || spared) reply(exists(asked));
      else spared = true;
    });
    const { attempts } = await look(server.port);
    expect(attempts).toMatchObject([{ ok: true, labels: { resent, queries: '2' } }]);
    expect(attempts[0]?.ms).toBeGreaterThan(290);
    expect(server.asked).toHaveLength(3);
  });

  it('a share of answers is lost: some lookups are late, none of them fails', async () => {
    server = await dnsServer((asked, reply) => {
      if (asked.nth % 5 !== 4) reply(exists(asked));
    });
    const { attempts, summary } = await look(server.port, { attempts: 8 });
    expect(summary).toMatchObject({ failed: 0 });
    const late = attempts.filter(({ ms }) => ms > 290);
    expect(late.length).toBeGreaterThan(1);
    expect(late.length).toBeLessThan(8);
    expect(late.every(({ labels }) => labels?.['resent'] !== undefined)).toBe(true);
  });

  it('a late answer to the first question still counts', async () => {
    server = await dnsServer((asked, reply) => {
      if (asked.nth < 2) setTimeout(() => reply(exists(asked)), 450);
    });
    const { attempts } = await look(server.port);
    expect(attempts).toMatchObject([{ ok: true, labels: { resent: 'both' } }]);
    expect(attempts[0]?.ms).toBeGreaterThan(440);
    expect(attempts[0]?.ms).toBeLessThan(600);
  });

  it('no answer at all is a timeout after all tries', async () => {
    server = await dnsServer(() => undefined);
    const { attempts } = await look(server.port, { options: { tries: 3 } });
    expect(attempts).toMatchObject([{ ok: false, error: 'timeout' }]);
    expect(attempts[0]?.ms).toBeGreaterThan(850);
    expect(attempts[0]?.ms).toBeLessThan(1400);
    expect(server.asked).toHaveLength(6);
  });

  it('says when it may not wait as long as a client', async () => {
    server = await dnsServer(() => undefined);
    const { attempts, summary } = await look(server.port, { timeout: 0.4 });
    expect(attempts[0]?.ms).toBeLessThan(600);
    expect(summary?.notes).toEqual(['a lookup ends after 0.4 s, sooner than 2 tries of 0.3 s']);
  });
});

describe('an answer is judged by its code', () => {
  it('NXDOMAIN and no address are answers, a server that fails has none', async () => {
    const rcodes = [3, 0, 2, 5, 4, 9];
    server = await dnsServer((asked, reply) => reply(answer(asked, { rcode: rcodes[asked.nth >> 1] ?? 0 })));
    const { attempts } = await look(server.port, { attempts: rcodes.length });
    expect(attempts.map(({ ok, error, labels }) => [ok, error ?? labels?.['rcode']])).toEqual([
      [true, 'NXDOMAIN'],
      [true, 'NODATA'],
      [false, 'SERVFAIL'],
      [false, 'REFUSED'],
      [false, 'NOTIMP'],
      [false, 'RCODE9'],
    ]);
  });

  it('of which one failure of two is enough', async () => {
    server = await dnsServer((asked, reply) =>
      reply(asked.type === 28 ? answer(asked, { rcode: 2 }) : exists(asked)),
    );
    expect((await look(server.port)).attempts).toMatchObject([{ ok: false, error: 'SERVFAIL' }]);
  });

  it('a port where nobody listens is refused', async () => {
    const gone = await dnsServer(() => undefined);
    await gone.close();
    const { attempts } = await look(gone.port);
    expect(attempts).toMatchObject([{ ok: false, error: 'ECONNREFUSED' }]);
    expect(attempts[0]?.ms).toBeLessThan(250);
  });
});

describe('over TCP', () => {
  it('when the target says so, both questions on one connection', async () => {
    server = await dnsServer((asked, reply) => reply(exists(asked)));
    const { attempts } = await look(server.port, {}, { transport: 'tcp' });
    expect(attempts).toMatchObject([{ ok: true, labels: { rcode: 'NOERROR' } }]);
    expect(attempts[0]?.phases.connect).toBeGreaterThan(0);
    expect(server.asked.map(({ over }) => over)).toEqual(['tcp', 'tcp']);
  });

  it('when the answer is truncated', async () => {
    server = await dnsServer((asked, reply) => {
      if (asked.over === 'tcp') reply(exists(asked));
      // Cut off in the middle of a record.
      else reply(answer(asked, { truncated: true, addresses: ['10.0.0.1'] }).subarray(0, -3));
    });
    const { attempts } = await look(server.port);
    expect(attempts).toMatchObject([{ ok: true, labels: { rcode: 'NOERROR', truncated: 'yes' } }]);
    expect(server.asked.filter(({ over }) => over === 'tcp')).toHaveLength(2);
  });

  it('which is not open: truncated is all there is', async () => {
    server = await dnsServer((asked, reply) => reply(answer(asked, { truncated: true })), { tcp: false });
    expect((await look(server.port)).attempts).toMatchObject([
      { ok: false, error: 'truncated', labels: { truncated: 'yes' } },
    ]);
  });

  it('which is silent, or talks about something else', async () => {
    server = await dnsServer((asked, reply) => {
      if (asked.type === 1) reply(missing({ ...asked, bytes: Buffer.from(asked.bytes).fill(0, 0, 2) }));
    });
    const { attempts } = await look(server.port, { timeout: 0.5 }, { transport: 'tcp' });
    expect(attempts).toMatchObject([{ ok: false, error: 'mismatch' }]);
  });
});

describe('the search path', () => {
  const search = ['shop.svc.cluster.local', 'svc.cluster.local', 'cluster.local'];
  const only = (name: string) => (asked: Parameters<typeof exists>[0], reply: (bytes: Buffer) => void) =>
    reply(asked.name === name ? exists(asked) : missing(asked));

  it.each([
    ['payments', 'payments.shop.svc.cluster.local', 2],
    ['db.example.com', 'db.example.com', 8],
    ['db.example.com.', 'db.example.com', 2],
    ['a.b.c.d.example.com', 'a.b.c.d.example.com', 2],
  ])('%s takes as many questions as glibc asks', async (name, real, queries) => {
    server = await dnsServer(only(real));
    const { attempts, summary } = await look(server.port, {
      options: { name, search, ndots: 5, retryAfter: 5 },
    });
    expect(attempts).toMatchObject([{ ok: true, labels: { rcode: 'NOERROR', queries: String(queries) } }]);
    expect(summary?.facts).toEqual({ queries_per_lookup: queries });
    expect(server.asked).toHaveLength(queries);
  });

  it('goes on after a domain that cannot be answered for', async () => {
    server = await dnsServer((asked, reply) =>
      reply(asked.name.endsWith('.local') ? answer(asked, { rcode: 2 }) : exists(asked)),
    );
    const options = { name: 'example.com', search, ndots: 5 };
    expect((await look(server.port, { options })).attempts).toMatchObject([
      { ok: true, labels: { queries: '8' } },
    ]);
  });

  it('is not found if one of its domains could not be answered for', async () => {
    server = await dnsServer((asked, reply) =>
      reply(asked.name.endsWith('.shop.svc.cluster.local') ? answer(asked, { rcode: 2 }) : missing(asked)),
    );
    const { attempts } = await look(server.port, { options: { name: 'payments', search, ndots: 5 } });
    expect(attempts).toMatchObject([{ ok: false, error: 'SERVFAIL' }]);
  });
});

describe('hostile answers', () => {
  const spoiled: [string, (reply: Buffer) => Buffer, string][] = [
    ['another id', (reply) => (reply.writeUInt16BE(reply.readUInt16BE(0) ^ 0xff, 0), reply), 'mismatch'],
    ['another name', (reply) => ((reply[13] = 0x78), reply), 'mismatch'],
    ['another type', (reply) => (reply.writeUInt16BE(16, 27), reply), 'mismatch'],
    ['two questions', (reply) => (reply.writeUInt16BE(2, 4), reply), 'mismatch'],
    ['no reply at all', (reply) => (reply.writeUInt16BE(0x0100, 2), reply), 'mismatch'],
    ['three bytes', (reply) => reply.subarray(0, 3), 'mismatch'],
    ['nothing', () => Buffer.alloc(0), 'mismatch'],
    ['a question that ends in its name', (reply) => reply.subarray(0, 20), 'mismatch'],
    ['a question that points to itself', (reply) => (reply.writeUInt16BE(0xc00c, 12), reply), 'mismatch'],
    ['more answers than there are', (reply) => (reply.writeUInt16BE(0xffff, 6), reply), 'malformed'],
    ['a record past the end', (reply) => (reply.writeUInt16BE(0xffff, reply.length - 6), reply), 'malformed'],
    ['a record cut off', (reply) => reply.subarray(0, -2), 'malformed'],
    ['a pointer to itself', (reply) => (reply.writeUInt16BE(0xc000 + 31, 31), reply), 'malformed'],
    ['a pointer forward', (reply) => (reply.writeUInt16BE(0xffff, 31), reply), 'malformed'],
    [
      'an address of five bytes',
      (reply) => (reply.writeUInt16BE(5, 41), Buffer.concat([reply, Buffer.alloc(1)])),
      'malformed',
    ],
  ];

  it('are no answers', async () => {
    server = await dnsServer((asked, reply) => {
      const [, spoil] = spoiled[asked.nth] ?? [];
      reply(spoil?.(answer(asked, { addresses: ['10.0.0.1'] })) ?? Buffer.alloc(0));
    });
    // Longer than a busy machine takes to answer: what came too late would be a timeout.
    const options = { records: 'a', tries: 1, retryAfter: 0.5 } as const;
    const { attempts, stderr } = await look(server.port, { attempts: spoiled.length, options });
    expect(attempts.map((one, nth) => [spoiled[nth]?.[0], one.error])).toEqual(
      spoiled.map(([what, , error]) => [what, error]),
    );
    expect(stderr).toBe('');
  });

  it('two pointers that lead to each other', async () => {
    server = await dnsServer((asked, reply) => {
      const bytes = answer(asked, { addresses: ['10.0.0.1', '10.0.0.2'] });
      bytes.writeUInt16BE(0xc000 + 47, 31);
      bytes.writeUInt16BE(0xc000 + 31, 47);
      reply(bytes);
    });
    const { attempts } = await look(server.port, { options: { records: 'a', tries: 1 } });
    expect(attempts).toMatchObject([{ error: 'malformed' }]);
  });

  it('do not keep the real answer from counting', async () => {
    server = await dnsServer((asked, reply) => {
      for (let guess = 0; guess < 50; guess++) {
        const spoofed = answer(asked, { addresses: ['10.66.66.66'] });
        spoofed.writeUInt16BE((asked.id + 1 + guess) & 0xffff, 0);
        reply(spoofed);
      }
      reply(exists(asked));
    });
    const { attempts } = await look(server.port, { options: { records: 'a' } });
    expect(attempts).toMatchObject([{ ok: true, labels: { rcode: 'NOERROR' } }]);
  });
});

describe('cannot look', () => {
  it.each([
    ['no name', { name: undefined }, /expected the name to look up/],
    ['an address', { name: '10.0.0.1' }, /expected a DNS name/],
    ['no DNS name', { name: 'pay ments' }, /expected a DNS name/],
    ['a search path that makes names too long', { search: [`${'a'.repeat(60)}.`.repeat(5)] }, /253/],
  ])('%s', async (_, options, detail) => {
    server = await dnsServer((asked, reply) => reply(exists(asked)));
    const task = {
      ...taskOf('dns', [{ host: '127.0.0.1', port: server.port }]),
      options: { name: 'payments', ...options },
    };
    const { cannot } = await probe(JSON.stringify(task));
    expect(cannot).toMatchObject({ reason: 'rejected', detail: expect.stringMatching(detail) as unknown });
    expect(server.asked).toEqual([]);
  });
});

describeInSandbox('without a target: as /etc/resolv.conf says', () => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await openSandbox();
    await sandbox.run(['mount', '-t', 'tmpfs', 'tmpfs', '/mnt']);
    await sandbox.run(['tee', '/mnt/resolv.conf']);
    await sandbox.run(['mount', '--bind', '/mnt/resolv.conf', '/etc/resolv.conf']);
  });
  afterAll(() => sandbox.close());

  const here = async (text: string, options: Overrides['options'] = {}) => {
    await sandbox.run(['tee', '/mnt/resolv.conf'], { input: text });
    const task = taskOf('dns', [], { attempts: 4, options: { name: 'payments', records: 'a', ...options } });
    return probe(task, sandbox.enter(undefined));
  };

  it('asks its servers in turn', async () => {
    const { attempts, summary } = await here(
      '# of the cluster\nnameserver 127.0.0.1\nnameserver 127.0.0.2\nsearch a.example b.example\noptions edns0 ndots:5\n',
    );
    expect(attempts.map(({ to, error }) => [to, error])).toEqual([
      ['127.0.0.1', 'ECONNREFUSED'],
      ['127.0.0.2', 'ECONNREFUSED'],
      ['127.0.0.1', 'ECONNREFUSED'],
      ['127.0.0.2', 'ECONNREFUSED'],
    ]);
    expect(summary?.notes).toContain('asked the servers of /etc/resolv.conf in turn: 127.0.0.1, 127.0.0.2');
  });

  it('goes along its search path', async () => {
    const server = `
      const socket = require('node:dgram').createSocket('udp4');
      socket.on('message', (question, { port, address }) => {
        question.writeUInt16BE(0x8183, 2);
        socket.send(question, port, address);
      });
      socket.bind(53, '127.0.0.3', () => console.log('ready'));
    `;
    const child = sandbox.spawn(undefined, [process.execPath, '--eval', server]);
    await new Promise((resolve) => child.stdout.once('data', resolve));
    const { summary, attempts } = await here(
      'nameserver 127.0.0.3\nsearch a.example b.example\noptions ndots:2\n',
    );
    child.kill();
    expect(attempts[0]).toMatchObject({ ok: true, labels: { rcode: 'NXDOMAIN', queries: '3' } });
    expect(summary?.facts).toEqual({ queries_per_lookup: 3 });
  });

  it.each([
    ['names no server', 'search a.example\n', 'not-found', /names no server/],
    ['names one that must not be asked', 'nameserver 169.254.20.10\n', 'rejected', /link-local/],
  ])('cannot look when it %s', async (_, text, reason, detail) => {
    const { cannot } = await here(text);
    expect(cannot).toMatchObject({ reason, detail: expect.stringMatching(detail) as unknown });
  });
});
