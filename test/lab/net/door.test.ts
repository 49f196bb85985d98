import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { openInward, openOutward, type Door } from '../../../lab/net/door.ts';
import { clusterOfTests, connection, describeInSandbox } from './support.ts';

const megabyte = 1_000_000;

describeInSandbox('a door', () => {
  const { sandbox } = clusterOfTests(['p11']);
  let dir: string;
  const open: { close(): unknown }[] = [];
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'netcheck-door-'));
  });
  afterEach(async () => {
    for (const one of open.splice(0).reverse()) await one.close();
    await rm(dir, { recursive: true });
  });
  const keep = async (door: Promise<Door>): Promise<Door> => {
    open.push(await door);
    return door;
  };

  /** Says how many bytes it was sent, once it knows that there are no more. */
  async function startCounter(): Promise<Server> {
    const server = createServer({ allowHalfOpen: true }, (socket) => {
      socket.write('hello\n');
      void text(socket).then((all) => socket.end(`${all.length} bytes`));
    }).listen(0, '127.0.0.1');
    open.push(server);
    await once(server, 'listening');
    return server;
  }

  test('inward leads from a namespace to the same port of this machine', async () => {
    const { port } = (await startCounter()).address() as AddressInfo;
    const socket = join(dir, 'in.sock');
    const door = await keep(openInward(sandbox(), 'p21', port, socket));
    const within = { to: '127.0.0.1', port };
    expect(door.port).toBe(port);
    expect(await connection(sandbox(), 'p21', { ...within, bytes: 0 })).toMatchObject({ peer: 'hello' });
    expect(await connection(sandbox(), 'p11', within)).toEqual({ error: 'ECONNREFUSED' });

    await door.close();
    expect(await connection(sandbox(), 'p21', within)).toEqual({ error: 'ECONNREFUSED' });
    expect(existsSync(socket)).toBe(false);
  });

  test('outward leads from this machine to what a namespace sees', async () => {
    const to = { host: '10.244.1.11', port: 7000 };
    const door = await keep(openOutward(sandbox(), 'p21', to, join(dir, 'out.sock')));
    const client = connect(door.port, '127.0.0.1');
    client.end('x'.repeat(megabyte));
    // The server greets with whom it sees, and says everything again.
    expect(await text(client)).toBe(`10.244.2.11\n${'x'.repeat(megabyte)}`);

    await door.close();
    const late = connect(door.port, '127.0.0.1');
    await expect(once(late, 'connect')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  test('passes on that one side has ended, and what the other still says', async () => {
    const { port } = (await startCounter()).address() as AddressInfo;
    await keep(openInward(sandbox(), 'p21', port, join(dir, 'in.sock')));
    const door = await keep(
      openOutward(sandbox(), 'p21', { host: '127.0.0.1', port }, join(dir, 'out.sock')),
    );
    const client = connect({ port: door.port, host: '127.0.0.1', allowHalfOpen: true });
    client.end('x'.repeat(megabyte));
    expect(await text(client)).toBe(`hello\n${megabyte} bytes`);
  });

  test('to where nobody listens closes each connection', async () => {
    const to = { host: '10.244.1.11', port: 9 };
    const door = await keep(openOutward(sandbox(), 'p21', to, join(dir, 'out.sock')));
    const client = connect(door.port, '127.0.0.1').on('error', () => undefined);
    await once(client, 'close');
    expect(client.bytesRead).toBe(0);
  });

  test('does not open where its port is taken', async () => {
    await expect(openInward(sandbox(), 'p11', 7000, join(dir, 'in.sock'))).rejects.toThrow('EADDRINUSE');
    expect(existsSync(join(dir, 'in.sock'))).toBe(false);
  });

  test('does not open, and leaves nothing inside, where its socket is taken', async () => {
    const socket = join(dir, 'in.sock');
    const other = createServer().listen(socket);
    open.push(other);
    await once(other, 'listening');
    await expect(openInward(sandbox(), 'p21', 7009, socket)).rejects.toThrow('EADDRINUSE');
    expect(await connection(sandbox(), 'p21', { to: '127.0.0.1', port: 7009 })).toEqual({
      error: 'ECONNREFUSED',
    });
  });
});
