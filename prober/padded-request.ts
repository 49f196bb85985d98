import type { ProbeTarget } from '../core/probe-task.ts';
import { Cannot } from './cannot.ts';
import { hostHeader, userAgent } from './head-request.ts';

/** Servers refuse longer lines before they refuse more of them. */
const longestLine = 4000;
const padding = 'X-Netcheck-Padding: ';
const lineEnd = '\r\n';

/** Throws Cannot for what is no path of a URL. `{size}` in it stands for the bytes that are asked for. */
export function checkPath(path: string): void {
  if (!/^\/[\x21-\x7e]*$/.test(path))
    throw new Cannot(
      'rejected',
      `Unexpected path ${JSON.stringify(path.slice(0, 60))}, expected one as /healthz`,
    );
}

/**
 * A GET that changes nothing, whatever its size: it is padded by headers up to `size` bytes (and is longer where that
 * is not enough for a request at all, shorter by a few where a header does not fit).
 */
export function paddedRequest(target: ProbeTarget, path: string, size: number): Buffer {
  const head = headOf(target, path.replace('{size}', '0'));
  let left = size - head.length - lineEnd.length;
  const lines: string[] = [];
  const fixed = padding.length + lineEnd.length;
  while (left > fixed) {
    // What is left after this line must not be too little for another one.
    const line = left <= longestLine ? left : Math.min(longestLine, left - fixed - 1);
    lines.push(`${padding}${'x'.repeat(line - fixed)}${lineEnd}`);
    left -= line;
  }
  return Buffer.from(`${head}${lines.join('')}${lineEnd}`, 'latin1');
}

/** A GET for the first `size` bytes, of a server that knows ranges, or of a path that has the size in it. */
export function rangeRequest(target: ProbeTarget, path: string, size: number): Buffer {
  const head = headOf(target, path.replace('{size}', String(size)));
  return Buffer.from(`${head}Range: bytes=0-${size - 1}${lineEnd}${lineEnd}`, 'latin1');
}

function headOf(target: ProbeTarget, path: string): string {
  const lines = [
    `GET ${path} HTTP/1.1`,
    `Host: ${hostHeader(target)}`,
    `User-Agent: ${userAgent}`,
    'Connection: close',
  ];
  return lines.map((line) => `${line}${lineEnd}`).join('');
}

/** Bytes of the whole response as its head announces them; `undefined` while that is not known. */
export function announced(received: Buffer): number | undefined {
  const end = received.indexOf(`${lineEnd}${lineEnd}`);
  if (end < 0) return undefined;
  const [, length] = /\r\ncontent-length: *(\d+)/i.exec(received.toString('latin1', 0, end)) ?? [];
  return length === undefined ? undefined : end + 4 + Number(length);
}
