import type { Size } from '../../lab/faults/fault.ts';
import { faults } from '../../lab/faults/index.ts';

/** One line a fault, and one for its size. */
export function listFaults(): void {
  const width = Math.max(...faults.map(({ id }) => id.length));
  for (const { id, title, story, size } of faults) {
    process.stdout.write(`${id.padEnd(width)}  ${title}${story === undefined ? '' : ` (${story})`}\n`);
    if (size !== undefined) process.stdout.write(`${' '.repeat(width)}    --size: ${saySize(size)}\n`);
  }
}

function saySize({ of, least, most }: Size): string {
  return `${of}, ${least} to ${most} as a seed draws it`;
}
