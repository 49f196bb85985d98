import { describe, expect, it } from '@jest/globals';
import { Guard, parseHost, parseNetwork } from '../../prober/guard.ts';

describe('a host is an address in its usual form or a DNS name', () => {
  it.each([
    ['10.0.0.1', { address: '10.0.0.1' }],
    ['2001:db8::1', { address: '2001:db8::1' }],
    ['::ffff:10.0.0.1', { address: '10.0.0.1' }],
    ['::FFFF:a00:1', { address: '10.0.0.1' }],
    ['Payments.Shop.svc', { name: 'payments.shop.svc' }],
    ['_dns._udp.example.com.', { name: '_dns._udp.example.com.' }],
    ['xn--bcher-kva.example', { name: 'xn--bcher-kva.example' }],
  ])('%s', (text, parsed) => {
    expect(parseHost(text)).toEqual(parsed);
  });

  it.each([
    ['', /expected a DNS name/],
    ['pay ments', /expected a DNS name/],
    ['payments\nHost: other', /Unexpected host "payments\\nHost: other"/],
    ['payments\u0000', /expected a DNS name/],
    ['раyments', /Unexpected host "\\u0440\\u0430yments": expected a DNS name/],
    ['bücher.example', /expected a DNS name/],
    ['a'.repeat(1000), /at most 253 characters/],
    [`${'a'.repeat(64)}.example`, /expected a DNS name/],
    ['a..example', /expected a DNS name/],
    ['-rf.example', /expected a DNS name/],
    ['https://example.com', /expected a DNS name/],
    ['user@example.com', /expected a DNS name/],
    ['2852039166', /usual form/],
    ['0251.0376.0251.0376', /usual form/],
    ['0xa9fea9fe', /usual form/],
    ['0xa9.0xfe.0xa9.0xfe', /usual form/],
    ['169.254.43518', /usual form/],
    ['127.1', /usual form/],
    ['999.1.1.1', /usual form/],
    ['fe80::1%eth0', /link-local/],
    ['[::1]', /expected a DNS name/],
  ])('%j is refused', (text, message) => {
    expect(() => parseHost(text)).toThrow(message);
  });
});

describe('what must not be probed', () => {
  const guard = new Guard({ refuse: ['10.96.0.1', '192.168.0.0/16'], allow: [] });

  it.each([
    ['169.254.169.254', /link-local/],
    ['::ffff:169.254.169.254', /link-local/],
    ['::ffff:a9fe:a9fe', /link-local/],
    ['64:ff9b::a9fe:a9fe', /link-local/],
    ['64:ff9b:1::a9fe:a9fe', /link-local/],
    ['64:ff9b::7f00:1', /loopback/],
    ['64:ff9b::6464:64c8', /metadata/],
    ['64:ff9b::c0a8:707', /kept from probes/],
    ['2002:a9fe:a9fe::1', /link-local/],
    ['2002:7f00:1::1', /loopback/],
    ['::ffff:0:a9fe:a9fe', /link-local/],
    ['::a9fe:a9fe', /link-local/],
    ['fe80::1', /link-local/],
    ['fd00:ec2::254', /metadata/],
    ['100.100.100.200', /metadata/],
    ['168.63.129.16', /platform/],
    ['127.0.0.1', /loopback/],
    ['127.8.8.8', /loopback/],
    ['::1', /loopback/],
    ['0.0.0.0', /no address of a peer/],
    ['::', /no address of a peer/],
    ['224.0.0.1', /multicast/],
    ['ff02::1', /multicast/],
    ['255.255.255.255', /reserved/],
    ['10.96.0.1', /kept from probes/],
    ['192.168.7.7', /kept from probes/],
    ['::ffff:192.168.7.7', /kept from probes/],
  ])('%s', (address, message) => {
    expect(() => guard.check(address)).toThrow(message);
  });

  it.each(['10.0.0.1', '203.0.113.10', '2001:db8::1', '100.100.100.201'])('%s may be', (address) => {
    expect(() => guard.check(address)).not.toThrow();
  });

  it.each([
    ['10.96.0.1', 443, true],
    ['10.96.0.1', 80, true],
    ['10.0.0.5', 6443, true],
    ['::ffff:10.0.0.5', 6443, true],
    ['64:ff9b::a00:5', 6443, true],
    ['10.0.0.5', 30_080, false],
    ['fd00::5', 6443, true],
    ['fd00::5', 443, false],
  ])('the API server, whatever is allowed: %s at port %i, %s', (address, port, refused) => {
    const strict = new Guard({
      refuse: [],
      allow: ['0.0.0.0/0', '::/0'],
      apiServer: ['10.96.0.1', '10.0.0.5:6443', '[fd00::5]:6443'],
    });
    const check = () => strict.check(address, address, port);
    if (refused) expect(check).toThrow('is the API server: netcheck does not probe it');
    else expect(check).not.toThrow();
  });

  it('is told with the name that led there', () => {
    expect(() => guard.check('169.254.169.254', 'innocent.example')).toThrow(
      'innocent.example" stands for 169.254.169.254, which is a link-local address, where clouds serve metadata',
    );
  });

  it('may be allowed, save for what is never', () => {
    const open = new Guard({
      refuse: ['10.0.0.0/8'],
      allow: ['127.0.0.0/8', '10.1.0.0/16', '169.254.0.0/16'],
    });
    expect(() => open.check('127.0.0.1')).not.toThrow();
    expect(() => open.check('10.1.2.3')).not.toThrow();
    expect(() => open.check('10.2.0.0')).toThrow(/kept from probes/);
    expect(() => open.check('169.254.169.254')).toThrow(/link-local/);
  });
});

it.each(['10.0.0.0/33', '10.0.0.0/', '10.0.0/8', 'fd00::/129', 'ten', '10.0.0.0/8/8', '10.0.0.0/-1'])(
  'the network %s is refused',
  (text) => {
    expect(() => parseNetwork(text)).toThrow('expected one as 10.0.0.0/8');
  },
);
