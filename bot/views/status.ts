import { section, paginate, type Message } from './message.ts';
import { approvalLines, errorLines, investigationLines, partLines, type Overview } from './overview.ts';
import { code, fallback, line } from './text.ts';

/** `/netcheck status`: what is under way, what waits for a person, and what of netcheck is not well. */
export function statusMessage(overview: Overview): Message {
  const { cluster, investigations, approvals, parts, now } = overview;
  const open = investigations.filter(({ isOpen }) => isOpen).length;
  const ill = parts.filter(({ isWell }) => !isWell).map(({ name }) => name);
  const said = [
    `Cluster ${cluster}: ${open} open, ${investigations.length - open} recent`,
    ...(approvals.length === 0 ? [] : [`${approvals.length} waiting for approval`]),
    ...(ill.length === 0 ? [] : [`not well: ${ill.join(', ')}`]),
  ].join('; ');
  const lines = [
    ...partLines(parts, now),
    ...errorLines(overview),
    ...approvalLines(overview),
    ...investigationLines(overview),
  ];
  return {
    text: fallback(said),
    blocks: [
      section(line(said, 600)),
      ...(paginate(lines)[0] ?? []),
      ...(investigations.length === 0 ? [section(`Start one: ${code('/netcheck checkout')}`)] : []),
    ],
  };
}
