import { describe, expect, it } from '@jest/globals';
import { certificate } from '../support/certificate.ts';
import { closedPort, listen } from '../support/listen.ts';
import { probe, taskOf } from '../support/prober.ts';
import { tlsServer } from '../support/tls-servers.ts';

const rung = (name: string) => ({ labels: { rung: name } });

describe('the first rung that fails', () => {
  it('is the lowest of those that do, and each is tried in turn', async () => {
    await using server = await listen(() => undefined);
    const closed = await closedPort();
    const targets = [
      { ...server.target, ...rung('pod') },
      { ...server.target, ...rung('ClusterIP') },
      { ...closed, ...rung('NodePort elsewhere') },
      { ...closed, ...rung('load balancer') },
    ];
    const { attempts, summary } = await probe(taskOf('ladder', targets, { attempts: 12 }));
    expect(attempts.slice(0, 5).map(({ labels }) => labels?.['rung'])).toEqual([
      'pod',
      'ClusterIP',
      'NodePort elsewhere',
      'load balancer',
      'pod',
    ]);
    expect(attempts.map(({ error }) => error).slice(0, 4)).toEqual([
      undefined,
      undefined,
      'ECONNREFUSED',
      'ECONNREFUSED',
    ]);
    expect(summary?.facts).toEqual({
      rungs: ['pod', 'ClusterIP', 'NodePort elsewhere', 'load balancer'],
      first_failing_rung: 'NodePort elsewhere',
    });
  });

  it('is none where all is well', async () => {
    await using server = await listen(() => undefined);
    const { summary } = await probe(taskOf('ladder', [{ ...server.target, ...rung('pod') }]));
    expect(summary?.facts).toEqual({ rungs: ['pod'], first_failing_rung: '' });
  });

  it('is the ground where every rung fails alike', async () => {
    const closed = await closedPort();
    const targets = [
      { ...closed, ...rung('pod') },
      { ...closed, ...rung('ClusterIP') },
    ];
    const { summary } = await probe(taskOf('ladder', targets, { attempts: 8 }));
    expect(summary?.facts['first_failing_rung']).toBe('pod');
  });

  it('is not one that failed once, where another fails for good', async () => {
    let connections = 0;
    await using pod = await tlsServer(await certificate({ name: 'payments.example' }));
    await using once = await listen((socket) => {
      if (connections++ === 5) socket.end();
      else socket.end('220 ready\r\n');
    });
    await using clusterIp = await listen((socket) => socket.end());
    const targets = [
      { ...once.target, ...rung('pod') },
      { ...pod.target, ...rung('ClusterIP') },
      { ...clusterIp.target, ...rung('NodePort') },
    ];
    const task = taskOf('ladder', targets, { attempts: 30, options: { proxied: true } });
    const { attempts, summary } = await probe(task);
    const failed = (name: string) =>
      attempts.filter(({ ok, labels }) => !ok && labels?.['rung'] === name).length;
    expect([failed('pod'), failed('ClusterIP'), failed('NodePort')]).toEqual([1, 0, 10]);
    expect(summary?.facts['first_failing_rung']).toBe('NodePort');
    expect(summary?.notes).toHaveLength(2);
  });

  it('is a name that cannot be resolved, while the others are climbed on', async () => {
    await using server = await listen(() => undefined);
    const targets = [
      { ...server.target, ...rung('load balancer') },
      { host: 'nobody.invalid', port: 9, ...rung('name') },
    ];
    const { attempts, summary } = await probe(taskOf('ladder', targets, { attempts: 6 }));
    expect(attempts.map(({ ok }) => ok)).toEqual([true, false, true, false, true, false]);
    expect(Object.keys(attempts[1]?.phases ?? {})).toEqual(['dns']);
    expect(summary?.facts['first_failing_rung']).toBe('name');
  });
});

describe('could not look', () => {
  it('at a target that is no rung', async () => {
    const { cannot } = await probe(taskOf('ladder', [{ host: '127.0.0.1', port: 9 }]));
    expect(cannot).toMatchObject({
      reason: 'rejected',
      detail: 'Unexpected end, expected the label rung at 127.0.0.1',
    });
  });

  it('through a sidecar, where no rung says anything', async () => {
    await using server = await listen((socket) => void socket.resume());
    const targets = [
      { ...server.target, ...rung('pod') },
      { ...server.target, ...rung('ClusterIP') },
    ];
    const task = taskOf('ladder', targets, { timeout: 0.1, options: { proxied: true } });
    expect((await probe(task)).cannot?.detail).toBe(
      'the sidecar answers the connect, and none of the 2 targets says anything that could tell of the far end',
    );
  });
});
