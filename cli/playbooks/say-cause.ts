import { styleText } from 'node:util';
import type { Cause } from '../../core/playbook/cause.ts';
import type { EvidenceTemplate } from '../../core/playbook/evidence-template.ts';
import { costsOf } from '../../core/playbook/looks.ts';
import { locate, parseDocument } from '../../core/playbook/markdown.ts';
import type { Rule } from '../../core/playbook/rules.ts';
import { placements, probes, type Probe } from '../../core/probes.ts';
import { harmless, indent, widthOf, wrap, type Screen } from '../terminal.ts';

/** What a cause would ask, what that costs, and how it decides; `source` is the text of its file. */
export function sayCause(cause: Cause, source: string, screen: Screen): string {
  const width = widthOf(screen);
  const text = (said: string, by: number): string => block(said, width, by);
  const rules = (title: string, some: readonly Rule[]): string[] =>
    some.length === 0
      ? []
      : section(title, some.map((rule, index) => sayRule(rule, index + 1, width)).join('\n'));
  const { applies, chart, explains, lookAlikes } = cause;
  return [
    styleText('bold', text(`${cause.id}: ${cause.title}`, 0)),
    text(cause.network ? 'A cause of the network.' : 'It only looks like the network.', 0),
    ...(applies ? [text(`Looked at only where ${applies.text}`, 0)] : []),
    ...section('It looks at', cause.evidence.map((one) => sayLook(one, width)).join('\n')),
    ...rules('It is ruled out if one of these holds', cause.eliminatedWhen),
    ...rules('It is found if one of these holds', cause.confirmedWhen),
    ...rules('It stands anyway if one of these holds', cause.standsWhen),
    ...section('Otherwise it stands', text(`“${cause.otherwise.text}”`, 2)),
    ...(explains
      ? section(
          'Its share of the symptom',
          `${code(explains.share.text, width, 2)}\n${text(`“${explains.because.text}”`, 2)}`,
        )
      : []),
    ...(lookAlikes.length > 0
      ? section('Looks like, so to be ruled out first', text(lookAlikes.join(', '), 2))
      : []),
    ...sayFix(cause, source, width),
    ...(chart ? section('Drawn once it is found', text(chart.title, 2)) : []),
  ].join('\n');
}

function section(title: string, content: string): string[] {
  return ['', styleText('bold', `${title}:`), content];
}

function sayRule({ when, because, culprit }: Rule, number: number, width: number): string {
  const lines = [
    item(`${number}. `, code(when.text, width, 5)),
    block(`“${because.text}”`, width, 5),
    ...(culprit ? [block(`Culprit: ${culprit.text}`, width, 5)] : []),
  ];
  return lines.join('\n');
}

/** A mark in the space that a moved text leaves before its first line. */
function item(mark: string, text: string): string {
  return `  ${mark}${text.slice(mark.length + 2)}`;
}

function sayLook(template: EvidenceTemplate, width: number): string {
  return [
    item('- ', block(`${template.name}: ${template.title}`, width, 4)),
    template.source === 'promql' ? code(template.query, width, 4) : block(sayAsked(template), width, 4),
    styleText('dim', block(sayCost(template), width, 4)),
  ].join('\n');
}

function sayAsked(template: Exclude<EvidenceTemplate, { source: 'promql' }>): string {
  const params = Object.entries(template.params).map(([name, value]) => `${name} ${value}`);
  if (template.source === 'cluster') return ['look-up', template.lookup, ...params].join(' ');
  const { probe, from, attempts, upTo } = template;
  const arms = from.map((one) => `${one} (${placements[one].title})`).join(' and ');
  const { facts }: Probe = probes[probe];
  if (facts !== undefined) return `probe ${[probe, ...params].join(' ')} from ${arms}`;
  const times = upTo > attempts ? `${attempts} to ${upTo}` : `${attempts}`;
  return `probe ${[probe, ...params].join(' ')}, ${times} attempts each from ${arms}`;
}

function sayCost(template: EvidenceTemplate): string {
  const { first, most } = costsOf(template);
  const unit = template.source === 'promql' ? `in ${template.unit}, ` : '';
  const more = most.seconds > first.seconds ? `, at most ${Math.round(most.seconds)} s` : '';
  return `${unit}${first.intrusion}, about ${Math.round(first.seconds)} s${more}`;
}

/** The prose under `## Fix`, and what of it netcheck can do. */
function sayFix({ fixes }: Cause, source: string, width: number): string[] {
  const content = parseDocument(source).sections.find(({ title }) => title.text === 'Fix')?.content ?? [];
  const said = content.flatMap((node) => {
    if (node.type === 'code') return node.meta === 'fix' ? [] : [code(node.value, width, 2)];
    return [block(locate(node, source).text.replace(/\s+/g, ' '), width, 2)];
  });
  const own = [...new Set(fixes.map(({ remediation }) => remediation))].filter((id) => id !== 'manual');
  if (own.length > 0)
    said.push(block(`netcheck can do it (${own.join(', ')}), once a person approved it.`, width, 2));
  return said.length === 0 ? [] : section('What to do then', said.join('\n'));
}

/** Running text, every line of it moved to the right. */
function block(text: string, width: number, by: number): string {
  return ' '.repeat(by) + indent(wrap(harmless(text), width - by), by);
}

/** Lines as they were written. */
function code(text: string, width: number, by: number): string {
  const lines = text.split('\n').map((line) => {
    const own = /^\s*/.exec(line)?.[0].length ?? 0;
    return block(line.trim(), width, by + Math.min(own, 20));
  });
  return lines.join('\n');
}
