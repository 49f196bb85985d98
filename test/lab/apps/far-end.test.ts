import { expect, test } from '@jest/globals';
import { once } from 'node:events';
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { buffer } from 'node:stream/consumers';
import { freePort, get, programsOfTests } from './support.ts';

const start = programsOfTests();
const host = '127.0.0.1';

/** What was said by when it was this much. */
async function hear(socket: Socket, characters: number): Promise<string> {
  socket.setEncoding('utf8');
  let heard = '';
  while (heard.length < characters) heard += String((await once(socket, 'data'))[0]);
  return heard;
}

test('greets with whom it talks to, and says everything again', async () => {
  const port = await freePort();
  await start('far-end', { PORTS: `tcp:${port}` });
  const socket = connectTcp(port, host);
  await once(socket, 'connect');
  const greeting = `hello ${host}:${socket.localPort ?? ''}\n`;
  socket.write('abc\n');
  expect(await hear(socket, greeting.length + 4)).toBe(`${greeting}abc\n`);
  socket.end();
  await once(socket, 'close');
});

test('answers over HTTP, little or much', async () => {
  const port = await freePort();
  await start('far-end', { PORTS: `http:${port}` });
  expect(await get(`http://${host}:${port}/`)).toMatchObject({ status: 200, body: 'ok\n' });
  expect((await get(`http://${host}:${port}/big`)).body).toHaveLength(200_000);
});

test.each(['tcp', 'http'])('is late with its first byte over %s if told so', async (kind) => {
  const port = await freePort();
  await start('far-end', { PORTS: `${kind}:${port}`, FIRST_BYTE_DELAY_MS: 300 });
  const socket = connectTcp(port, host, () => socket.write('HEAD / HTTP/1.1\r\nHost: a\r\n\r\n'));
  await once(socket, 'connect');
  const connected = performance.now();
  await once(socket, 'data');
  expect(performance.now() - connected).toBeGreaterThanOrEqual(295);
  socket.destroy();
});

/** The end of the certificate that was shown, or the error. */
async function shake(port: number): Promise<string> {
  const socket = connectTls({ host, port, rejectUnauthorized: false });
  try {
    await once(socket, 'secureConnect');
    return new Date(socket.getPeerCertificate().valid_to).toISOString();
  } catch (error) {
    return String(error);
  } finally {
    socket.destroy();
  }
}

test('shows a certificate that ends when it is told', async () => {
  const port = await freePort();
  const expired = '2020-05-01T12:00:00.000Z';
  await start('far-end', {
    PORTS: `tls:${port}`,
    CERT_EXPIRES: expired,
    CERT_NAMES: 'a.example.com,127.0.0.1',
  });
  expect(await shake(port)).toBe(expired);
});

test.each([
  {
    how: 'fin',
    error: 'Error: Client network socket disconnected before secure TLS connection was established',
  },
  { how: 'rst', error: 'Error: read ECONNRESET' },
])('ends handshakes by $how', async ({ how, error }) => {
  const port = await freePort();
  await start('far-end', { PORTS: `tls:${port}`, SHARE_CLOSED: 1, CLOSED_BY: how });
  for (let n = 0; n < 5; n++) expect(await shake(port)).toBe(error);
});

test('ends only its share of them', async () => {
  const port = await freePort();
  await start('far-end', { PORTS: `tls:${port}`, SHARE_CLOSED: 0.3 });
  const ends = await Promise.all(Array.from({ length: 300 }, () => shake(port)));
  const broken = ends.filter((end) => end.startsWith('Error')).length;
  // 90, give or take five standard deviations.
  expect(broken).toBeGreaterThan(50);
  expect(broken).toBeLessThan(130);
});

test('takes a thousand connections at once', async () => {
  const port = await freePort();
  await start('far-end', { PORTS: `tcp:${port}` });
  const greetings = await Promise.all(
    Array.from({ length: 1000 }, async () => {
      const socket = connectTcp(port, host, () => socket.end());
      return (await buffer(socket)).toString();
    }),
  );
  for (const greeting of greetings) expect(greeting).toMatch(/^hello /);
});
