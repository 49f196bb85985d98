import { Command } from 'commander';
import { describe, expect, test } from '@jest/globals';
import { addProbeCommand } from '../../cli/commands/probe.ts';
import { startProcess } from '../workers/support/lab.ts';

/** The command as the CLI has it; nothing of this gets as far as a prober. */
async function probe(...args: readonly string[]): Promise<void> {
  const program = new Command('netcheck').exitOverride();
  addProbeCommand(program);
  await program.parseAsync(['probe', ...args], { from: 'user' });
}

describe('what was typed wrongly is told in one line, before anything is sent', () => {
  test.each<[string, readonly string[], string]>([
    [
      'metadata',
      ['tcp', '169.254.169.254:80', '--allow', '0.0.0.0/0'],
      'target: 169.254.169.254 is a link-local address, where clouds serve metadata and credentials: netcheck does not probe it',
    ],
    [
      'loopback',
      ['tcp', '127.0.0.1:80'],
      'target: 127.0.0.1 is a loopback address: netcheck does not probe it',
    ],
    [
      'loopback in IPv6',
      ['tcp', '[::1]:80'],
      'target: ::1 is a loopback address: netcheck does not probe it',
    ],
    [
      'loopback as IPv6',
      ['tcp', '[::ffff:127.0.0.1]:80'],
      'target: 127.0.0.1 is a loopback address: netcheck does not probe it',
    ],
    [
      'what is refused',
      ['tcp', '10.1.2.3:80', '--refuse', '10.0.0.0/8'],
      'target: 10.1.2.3 is in a network that is kept from probes: netcheck does not probe it',
    ],
    [
      'a refused DNS server',
      ['dns', 'a.example', '--server', '127.0.0.53'],
      '--server: 127.0.0.53 is a loopback address: netcheck does not probe it',
    ],
    [
      'a refused rung',
      ['ladder', '--rung', 'pod=169.254.1.1:80'],
      '--rung pod: 169.254.1.1 is a link-local address, where clouds serve metadata and credentials: netcheck does not probe it',
    ],
    [
      'decimal',
      ['tcp', '2130706433:80'],
      'target: Unexpected host "2130706433": expected an IP address in its usual form, as 10.0.0.1',
    ],
    [
      'octal',
      ['tcp', '0177.0.0.01:80'],
      'target: Unexpected host "0177.0.0.01": expected an IP address in its usual form, as 10.0.0.1',
    ],
    [
      'hexadecimal',
      ['tcp', '0x7f000001:80'],
      'target: Unexpected host "0x7f000001": expected an IP address in its usual form, as 10.0.0.1',
    ],
    [
      'a space',
      ['tcp', 'a b:80'],
      'target: Unexpected host "a b": expected a DNS name (letters, digits and dashes) or an IP address',
    ],
    [
      'a newline',
      ['tcp', 'a\nb:80'],
      String.raw`target: Unexpected host "a\nb": expected a DNS name (letters, digits and dashes) or an IP address`,
    ],
    [
      'an escape',
      ['tcp', '\u001b[2J:80'],
      String.raw`target: Unexpected host "\u001b[2J": expected a DNS name (letters, digits and dashes) or an IP address`,
    ],
    [
      'a look-alike',
      ['tcp', 'ex\u0430mple.com:80'],
      String.raw`target: Unexpected host "ex\u0430mple.com": expected a DNS name (letters, digits and dashes) or an IP address`,
    ],
    [
      'a long one',
      ['tcp', `${'a'.repeat(1000)}:80`],
      `target: Unexpected host "${'a'.repeat(57)}…": a name has at most 253 characters`,
    ],
    [
      'a zone',
      ['tcp', '[fe80::1%eth0]:80'],
      'target: Unexpected host "fe80::1%eth0": an address with a zone is link-local',
    ],
    ['nothing', ['tcp', ''], 'target: Unexpected end, expected host:port, as example.com:443'],
    ['no port', ['tcp', 'a.example'], 'target a.example: Unexpected end, expected a port, as a.example:443'],
    ['port 0', ['tcp', 'a.example:0'], 'target a.example: Unexpected port 0, expected 1 to 65535'],
    [
      'port 70000',
      ['tcp', 'a.example:70000'],
      'target a.example: Unexpected port 70000, expected 1 to 65535',
    ],
    [
      'a port in words',
      ['tcp', 'a.example:http'],
      'target a.example: Unexpected "http", expected a port from 1 to 65535',
    ],
    [
      'a URL',
      ['http', 'https://a.example/'],
      'target: Unexpected "https://a.example/", expected host:port, as example.com:443, without the scheme',
    ],
    [
      'an address to look up',
      ['dns', '10.0.0.1'],
      'name: Unexpected "10.0.0.1", expected a name to look up, not an address',
    ],
    [
      'TCP at an unknown server',
      ['dns', 'a.example', '--tcp'],
      '--tcp: Unexpected end, expected --server <address> to ask over TCP',
    ],
    [
      'a rung without a name',
      ['ladder', '--rung', '10.0.0.1:80'],
      '--rung: Unexpected "10.0.0.1:80", expected name=host:port',
    ],
    ['no rung', ['ladder'], 'Unexpected end, expected --rung name=host:port, from the lowest on'],
    [
      'attempts',
      ['tcp', 'a.example:80', '-c', '20001'],
      '--attempts: Unexpected "20001", expected a whole number from 1 to 20000',
    ],
    [
      'attempts below zero',
      ['tcp', 'a.example:80', '-c', '-1'],
      '--attempts: Unexpected "-1", expected a whole number from 1 to 20000',
    ],
    [
      'a pace in words',
      ['tcp', 'a.example:80', '--pace', 'fast'],
      '--pace: Unexpected "fast", expected seconds from 0 to 60',
    ],
    [
      'a pace with an exponent',
      ['tcp', 'a.example:80', '--pace', '1e1'],
      '--pace: Unexpected "1e1", expected seconds from 0 to 60',
    ],
    [
      'a timeout',
      ['tcp', 'a.example:80', '--timeout', '0'],
      '--timeout: Unexpected "0", expected seconds from 0.001 to 300',
    ],
    [
      'a deadline',
      ['tcp', 'a.example:80', '--deadline', '901'],
      '--deadline: Unexpected "901", expected seconds from 0.1 to 900',
    ],
    [
      'concurrency',
      ['tcp', 'a.example:80', '--concurrency', '1001'],
      '--concurrency: Unexpected "1001", expected a whole number from 1 to 1000',
    ],
    [
      'a burst',
      ['tcp', 'a.example:80', '--burst', '0'],
      '--burst: Unexpected "0", expected a whole number from 1 to 1000',
    ],
    [
      'SNI',
      ['tls', 'a.example:443', '--sni', 'maybe'],
      '--sni: Unexpected "maybe", expected on, off or both',
    ],
    [
      'a servername',
      ['tls', 'a.example:443', '--servername', '10.0.0.1'],
      '--servername: Unexpected "10.0.0.1", expected a name, not an address',
    ],
    [
      'a path',
      ['http', 'a.example:80', '--path', 'x'],
      '--path: Unexpected "x", expected a path as /healthz',
    ],
    [
      'a path that ends the request',
      ['http', 'a.example:80', '--path', '/ HTTP/1.1\r\nHost: b'],
      String.raw`--path: Unexpected "/ HTTP/1.1\r\nHost: b", expected a path as /healthz`,
    ],
    [
      'a payload without its name',
      ['udp', 'a.example:53', '--payload', 'dns'],
      '--payload dns: Unexpected end, expected --name <name> to ask for',
    ],
    [
      'a record',
      ['dns', 'a.example', '--record', 'mx'],
      '--record: Unexpected "mx", expected a, aaaa or both',
    ],
    [
      'a search path',
      ['dns', 'a', '--search', 'b.example,c d'],
      '--search, character 11: Unexpected host "c d": expected a DNS name (letters, digits and dashes) or an IP address',
    ],
    [
      'a range',
      ['source-ports', 'a.example:80', '--ports', '1024'],
      '--ports: Unexpected "1024", expected a range as 1024-65535',
    ],
    [
      'a range that ends before it begins',
      ['source-ports', 'a.example:80', '--ports', '2000-1000'],
      '--ports, character 6: Unexpected "1000", expected a whole number from 2000 to 65535',
    ],
    [
      'one of several sizes',
      ['mtu', 'a.example', '--sizes', '1200, big'],
      '--sizes, character 7: Unexpected "big", expected a whole number from 1 to 200000',
    ],
    [
      'one of several waits',
      ['idle', 'a.example:80', '--waits', '60,,350'],
      '--waits, character 4: Unexpected end, expected seconds from 0 to 800',
    ],
    [
      'a network',
      ['tcp', 'a.example:80', '--allow', '10/8'],
      '--allow: Unexpected network "10/8", expected one as 10.0.0.0/8',
    ],
    [
      'a place',
      ['tcp', 'a.example:80', '--from', 'moon'],
      '--from: Unexpected "moon", expected local, pod/<name>, pod/<name>:past-sidecar, node/<name>, node/<name>:pod-network or node/<name>:meshed',
    ],
    [
      'a place twice',
      ['tcp', 'a.example:80', '--from', 'local', '--from', 'local'],
      '--from: local is named twice',
    ],
    [
      'a flag for no pod',
      ['tcp', 'a.example:80', '--past-sidecar'],
      '--past-sidecar: Unexpected without --from pod/<name>',
    ],
    [
      'a flag for no node',
      ['tcp', 'a.example:80', '--from', 'pod/a', '--meshed'],
      '--meshed: Unexpected without --from node/<name>',
    ],
    [
      'a namespace',
      ['tcp', 'a.example:80', '--from', 'pod/a', '-n', 'A'],
      '--namespace: Unexpected "A", expected the name of a namespace',
    ],
    ['an output', ['tcp', 'a.example:80', '-o', 'xml'], '--output: Unexpected "xml", expected text or json'],
  ])('%s', async (_name, args, message) => {
    await expect(probe(...args)).rejects.toMatchObject({ name: 'CliError', exitCode: 2, message });
  });

  test.each([
    [
      'an address',
      ['tcp', '169.254.169.254:80'],
      /^target: 169\.254\.169\.254 is a link-local address, [^\n]*\n$/,
    ],
    ['a kind that there is not', ['tpc', 'a.example:80'], /\(Did you mean tcp\?\)/],
    ['no kind', [], /^Usage: netcheck probe /],
  ] as const)('%s, to the real program: 2', async (_name, args, message) => {
    const run = startProcess(['cli/netcheck.js', 'probe', ...args], {});
    const code = await run.exited;
    expect({ code, stdout: run.stdout() }).toEqual({ code: 2, stdout: '' });
    expect(run.stderr()).toMatch(message);
  });
});
