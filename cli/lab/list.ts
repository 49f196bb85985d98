import { faults } from '../../lab/faults/index.ts';

/** One line a fault. */
export function listFaults(): void {
  const width = Math.max(...faults.map(({ id }) => id.length));
  for (const { id, title, story } of faults)
    process.stdout.write(`${id.padEnd(width)}  ${title}${story === undefined ? '' : ` (${story})`}\n`);
}
