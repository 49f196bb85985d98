/** Bytes before the packet inside a VXLAN datagram: VXLAN's own header (RFC 7348) and that of Ethernet. */
const headers = 8 + 14;
const ipv4 = 0x0800;
const udp = 17;
/** By the number of the protocol: where in its header the checksum is. */
const checksumAt: Readonly<Record<number, number>> = { 6: 16, [udp]: 6 };
const udpHeader = 8;
const vxlanPort = 8472;

/**
 * Writes the TCP or UDP checksums of the packets inside a VXLAN datagram, which may be VXLAN again. Between namespaces
 * the kernel leaves it to a network card that is not there, so that who reads such a datagram and sends it on
 * sends what everybody drops.
 */
export function fillChecksum(datagram: Buffer): void {
  if (datagram.length < headers + 20 || datagram.readUInt16BE(headers - 2) !== ipv4) return;
  const packet = datagram.subarray(headers);
  const headerBytes = (packet.readUInt8(0) & 0x0f) * 4;
  const payload = packet.subarray(headerBytes, packet.readUInt16BE(2));
  const protocol = packet.readUInt8(9);
  const at = checksumAt[protocol];
  // A fragment has no checksum of its own.
  const isFragment = (packet.readUInt16BE(6) & 0x3fff) !== 0;
  if (at === undefined || isFragment || payload.length < at + 2) return;
  if (protocol === udp && payload.readUInt16BE(2) === vxlanPort) fillChecksum(payload.subarray(udpHeader));
  payload.writeUInt16BE(0, at);
  const addresses = packet.subarray(12, 20);
  const sum = onesComplement(sumOf(addresses) + protocol + payload.length + sumOf(payload));
  // In UDP, 0 says that there is none.
  payload.writeUInt16BE(protocol === udp && sum === 0 ? 0xffff : sum, at);
}

function sumOf(bytes: Buffer): number {
  let sum = 0;
  for (let at = 0; at + 1 < bytes.length; at += 2) sum += bytes.readUInt16BE(at);
  return bytes.length % 2 === 0 ? sum : sum + bytes.readUInt8(bytes.length - 1) * 256;
}

function onesComplement(sum: number): number {
  let folded = sum;
  while (folded > 0xffff) folded = (folded & 0xffff) + Math.floor(folded / 0x10000);
  return ~folded & 0xffff;
}
