import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { stuckListener } from '../support/backlog.ts';
import { certificate, type Certificate } from '../support/certificate.ts';
import { listen } from '../support/listen.ts';
import { probe, taskOf, type Probed } from '../support/prober.ts';
import { breakers, sniServer, tlsServer } from '../support/tls-servers.ts';

const name = 'payments.example';
const folder = mkdtempSync(join(tmpdir(), 'netcheck-'));
afterAll(() => rmSync(folder, { recursive: true }));
let valid: Certificate;
let other: Certificate;
beforeAll(async () => {
  [valid, other] = await Promise.all([certificate({ name }), certificate({ name: 'other.example' })]);
});

const short = { attempts: 3, timeout: 0.5 };

describe('a handshake that fails', () => {
  const faults = Object.keys(breakers) as (keyof typeof breakers)[];
  let probed: Probed;
  beforeAll(async () => {
    const servers = await Promise.all(faults.map((fault) => listen(breakers[fault])));
    const targets = servers.map(({ target }, n) => ({ ...target, labels: { fault: faults[n] ?? '' } }));
    probed = await probe(taskOf('tls', targets, { attempts: 3 * faults.length, timeout: 0.5 }));
    await Promise.all(servers.map((server) => server[Symbol.asyncDispose]()));
  });

  it.each([
    ['a FIN at once', 'closed'],
    ['a FIN after the ClientHello', 'closed'],
    ['a RST after the ClientHello', 'ECONNRESET'],
    ['a FIN inside the ServerHello', 'closed'],
    ['a RST inside the ServerHello', 'ECONNRESET'],
    ['no answer', 'timeout'],
    ['no TLS', 'ERR_SSL_WRONG_VERSION_NUMBER'],
    ['an alert', 'handshake_failure'],
  ])('%s is %s', (fault, error) => {
    const attempts = probed.attempts.filter(({ labels }) => labels?.['fault'] === fault);
    expect(attempts.map((one) => one.error)).toEqual([error, error, error]);
    for (const { phases, labels } of attempts) {
      expect(Object.keys(phases)).toEqual(['connect', 'tls', 'total']);
      expect(labels).toEqual({ backend: '127.0.0.1', sni: 'off', fault });
    }
  });

  it('a RST at once is told as it is seen: at the connect, in the handshake, or by what is left of it', () => {
    const attempts = probed.attempts.filter(({ labels }) => labels?.['fault'] === 'a RST at once');
    expect(attempts).toHaveLength(3);
    for (const { error } of attempts) expect(['ECONNRESET', 'closed']).toContain(error);
  });

  it('says where time ran out, and nothing of a certificate', () => {
    expect(probed.summary?.facts).toEqual({});
    expect(probed.summary?.notes).toEqual([
      'there are timeouts in the handshake, after the connect was answered',
    ]);
  });

  it('a connect that nobody answers has no handshake', async () => {
    await using server = await stuckListener({ full: true });
    const { attempts, summary } = await probe(taskOf('tls', [server.target], short));
    expect(attempts[0]).toMatchObject({ error: 'timeout', phases: { connect: expect.any(Number) } });
    expect(attempts[0]?.phases.tls).toBeUndefined();
    expect(summary?.notes).toEqual([]);
  });

  it('a server that does not accept answers the connect, but not the handshake', async () => {
    await using server = await stuckListener({ full: false });
    const { attempts } = await probe(taskOf('tls', [server.target], { attempts: 1, timeout: 0.5 }));
    expect(attempts[0]).toMatchObject({ error: 'timeout', phases: { tls: expect.any(Number) } });
  });
});

describe('a handshake that is complete', () => {
  it('is timed, and tells of the certificate', async () => {
    await using server = await tlsServer(valid);
    const task = taskOf('tls', [server.target], { options: { servername: name } });
    const { attempts, summary } = await probe(task);
    expect(attempts.map(({ ok }) => ok)).toEqual([true, true, true, true, true]);
    for (const { ms, phases, labels } of attempts) {
      expect((phases.connect ?? 0) + (phases.tls ?? 0)).toBeCloseTo(ms, 2);
      expect(phases.total).toBe(ms);
      expect(labels?.['sni']).toBe('on');
    }
    expect(summary?.facts).toEqual({
      subject: `CN=${name}`,
      issuer: `CN=${name}`,
      names: [name],
      valid_from: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      valid_to: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      seconds_left: expect.any(Number),
      certificate_error: 'DEPTH_ZERO_SELF_SIGNED_CERT',
      protocol: 'TLSv1.3',
      certificates: 1,
    });
    expect(Number(summary?.facts['seconds_left']) / 86_400).toBeCloseTo(30, 1);
  });

  it.each([
    ['expired', { to: -0.5 }, name, 'CERT_HAS_EXPIRED', []],
    ['not yet valid', { from: 1, to: 2 }, name, 'CERT_NOT_YET_VALID', []],
    [
      'of another name',
      {},
      'elsewhere.example',
      'ERR_TLS_CERT_ALTNAME_INVALID',
      ['besides, the certificate has DEPTH_ZERO_SELF_SIGNED_CERT'],
    ],
    [
      'expired and of another name',
      { to: -0.5 },
      'elsewhere.example',
      'CERT_HAS_EXPIRED',
      ['besides, the certificate has ERR_TLS_CERT_ALTNAME_INVALID'],
    ],
  ])('is ok with a certificate that is %s', async (_, dates, servername, error, notes) => {
    await using server = await tlsServer(await certificate({ name, ...dates }));
    const task = taskOf('tls', [server.target], { ...short, options: { servername } });
    const { attempts, summary } = await probe(task);
    expect(attempts.every(({ ok }) => ok)).toBe(true);
    expect(summary?.facts['certificate_error']).toBe(error);
    const { valid_to = '' } = summary?.facts ?? {};
    for (const { labels } of attempts)
      expect(labels).toMatchObject({
        certificate: error,
        valid_to: String(valid_to).replace(/:\d\d\.000Z$/, 'Z'),
      });
    expect(summary?.notes).toEqual(notes);
  });

  it('has no error where the authority is known', async () => {
    const file = join(folder, 'authority.pem');
    writeFileSync(file, valid.cert);
    await using server = await tlsServer(valid);
    const task = taskOf('tls', [server.target], { ...short, options: { servername: name } });
    const { attempts, summary } = await probe(task, ['/usr/bin/env', `NODE_EXTRA_CA_CERTS=${file}`]);
    expect(summary?.facts['certificate_error']).toBe('');
    expect(attempts.map(({ labels }) => labels?.['certificate'])).toEqual(attempts.map(() => 'valid'));
    expect(summary?.notes).toEqual([]);
  });

  it('says which certificate ends first where there are several', async () => {
    await using one = await tlsServer(valid);
    await using two = await tlsServer(await certificate({ name, to: 2 }));
    const { summary } = await probe(
      taskOf('tls', [one.target, two.target], { options: { servername: name } }),
    );
    expect(summary?.facts).toMatchObject({ certificates: 2 });
    expect(Number(summary?.facts['seconds_left']) / 86_400).toBeCloseTo(2, 1);
    expect(summary?.notes.join()).toMatch(
      /there are 2 certificates: CN=payments.example, valid to .*, at 127.0.0.1; /,
    );
  });
});

describe('with SNI and without, in turn', () => {
  const both = { attempts: 6, options: { servername: name, sni: 'both' as const } };
  const of = (
    attempts: readonly { labels?: Record<string, string> | undefined; error?: string | undefined }[],
  ) => attempts.map(({ labels, error }) => [labels?.['sni'], error]);

  it('tells a server that needs it by its alert', async () => {
    await using server = await sniServer(name, valid, 'alert');
    const { attempts, summary } = await probe(taskOf('tls', [server.target], both));
    expect(of(attempts)).toEqual([
      ['on', undefined],
      ['off', 'unrecognized_name'],
      ['on', undefined],
      ['off', 'unrecognized_name'],
      ['on', undefined],
      ['off', 'unrecognized_name'],
    ]);
    expect(summary?.facts).toMatchObject({ sni_needed: true, subject: `CN=${name}` });
  });

  it('tells another certificate', async () => {
    await using server = await sniServer(name, valid, other);
    const { summary } = await probe(taskOf('tls', [server.target], both));
    expect(summary?.facts).toMatchObject({ sni_needed: false, subject: `CN=${name}`, certificates: 1 });
    expect(summary?.notes.join()).toMatch(
      /without SNI another certificate is shown: CN=other.example, valid to/,
    );
  });
});

describe('could not look', () => {
  it.each([
    ['no name to ask for', { sni: 'both' }, /expected a servername: 127.0.0.1 is no name/],
    ['a servername that is none', { servername: 'a b' }, /Unexpected host "a b"/],
  ] as const)('%s', async (_, options, detail) => {
    const { cannot, attempts } = await probe(taskOf('tls', [{ host: '127.0.0.1', port: 9 }], { options }));
    expect(cannot?.detail).toMatch(detail);
    expect(attempts).toEqual([]);
  });
});
