import { expect, test } from '@jest/globals';
import { fillChecksum } from '../../../lab/apps/inner-checksum.ts';

const before = '0800000000000100' + '0e000a00000c0e000a00000b0800';
const tcp = (flags: string, checksum: string): string =>
  `${before}45000029000${flags}40064e7b0af4010b0af4020b` +
  `9c401b580000000100000000500200ff${checksum}000061`;
const udp = (checksum: string): string =>
  `${before}4500001f0001000040119e7a0af4010b0af4020b` + `9c401b58000b${checksum}616263`;

/** As a node's own VXLAN datagram looks inside another one. */
const nested = (datagram: string, checksum: string): string =>
  `${before}4500005b00010000401100000a00000b0a00000c` + `d43121180047${checksum}${datagram}`;

test.each([
  { name: 'TCP, an odd number of bytes', given: tcp('10000', '1234'), becomes: tcp('10000', '7d4b') },
  { name: 'UDP', given: udp('1234'), becomes: udp('6adf') },
  { name: 'a fragment', given: tcp('12000', '1234'), becomes: tcp('12000', '1234') },
  {
    name: 'VXLAN again',
    given: nested(tcp('10000', '1234'), '0000'),
    becomes: nested(tcp('10000', '7d4b'), 'e157'),
  },
  {
    name: 'what is not IPv4',
    given: before.replace(/0800$/, '0806'),
    becomes: before.replace(/0800$/, '0806'),
  },
])('$name', ({ given, becomes }) => {
  const datagram = Buffer.from(given, 'hex');
  fillChecksum(datagram);
  expect(datagram.toString('hex')).toBe(becomes);
});
