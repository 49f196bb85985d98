import { parser } from '@prometheus-io/lezer-promql';
import { parseDuration } from '../duration.ts';
import type { Located, Problems } from './problem.ts';
import { withPlaceholders } from './promql.ts';

/** A piece of a parsed query. */
type SyntaxNode = ReturnType<typeof parser.parse>['topNode'];

/** Four scrapes of the usual 15 s: fewer points, and one lost scrape leaves `rate` without an answer. */
const shortestRange = 60;
const counting: ReadonlySet<string> = new Set(['Rate', 'Increase', 'Irate', 'Delta', 'Deriv']);
/** What the CloudWatch exporters publish: the last period's value, not a counter (YACE, cloudwatch_exporter). */
const gaugeShaped = /^aws_\w+_(sum|average|maximum|minimum|samplecount)$/;

/**
 * Finds the mistakes that PromQL takes and answers wrongly: each is a way that a graph has lied to somebody.
 * `quantiles` says whether a quantile may be drawn: in a chart it may, in a rule it hides clusters.
 */
export function lintQuery(source: Located, problems: Problems, quantiles: 'allowed' | 'refused'): void {
  const text = withPlaceholders(source.text);
  const read = ({ from, to }: SyntaxNode): string => text.slice(from, to);
  parser.parse(text).iterate({
    enter({ node }) {
      if (node.name !== 'FunctionCall') return;
      const name = node.firstChild?.firstChild?.name ?? '';
      const body = node.getChild('FunctionCallBody');
      if (body === null) return;
      if (counting.has(name)) {
        for (const [message, at] of countingMistakes(body, read, source.text))
          problems.report(message, source, at);
      }
      if (name === 'HistogramQuantile' && quantiles === 'refused')
        problems.report(
          'Unexpected histogram_quantile, expected a share of buckets: a quantile interpolates, so a cluster at 1 s is shown anywhere in its bucket',
          source,
          node.from,
        );
    },
  });
}

function countingMistakes(
  body: SyntaxNode,
  read: (node: SyntaxNode) => string,
  written: string,
): [string, number][] {
  const found: [string, number][] = [];
  const range = descendant(body, 'MatrixSelector');
  const subquery = body.getChild('SubqueryExpr');
  const aggregate = subquery && descendant(subquery, 'AggregateExpr');
  if (aggregate)
    found.push([
      'Unexpected rate of a sum, expected the sum of rates: a pod that restarts makes the sum fall, which counts as a reset',
      aggregate.from,
    ]);
  if (range === undefined) return found;
  const duration = range.getChild('DurationExpr');
  const [literal = ''] = duration ? (/^[\d.a-z]+/.exec(written.slice(duration.from)) ?? []) : [];
  const seconds = parseDuration(literal);
  if (duration && seconds !== undefined && seconds < shortestRange)
    found.push([`Unexpected range ${literal}, expected 1m or longer: four scrapes of 15 s`, duration.from]);
  const metric = descendant(range, 'Identifier');
  if (metric && gaugeShaped.test(read(metric)))
    found.push([
      `Unexpected rate of ${read(metric)}, expected sum_over_time or max_over_time: it holds one period's value, not a counter`,
      metric.from,
    ]);
  const name = labelMatchers(range).find((one) => /^__name__\s*[=!]~/.test(read(one)));
  if (name)
    found.push([
      'Unexpected __name__ pattern, expected one metric a branch joined with or: rate drops the name, and series collide',
      name.from,
    ]);
  return found;
}

function labelMatchers(range: SyntaxNode): SyntaxNode[] {
  return descendant(range, 'LabelMatchers')?.getChildren('UnquotedLabelMatcher') ?? [];
}

function descendant(node: SyntaxNode, name: string): SyntaxNode | undefined {
  let found: SyntaxNode | undefined;
  node.cursor().iterate((one) => {
    if (found === undefined && one.name === name) found = one.node;
    return found === undefined;
  });
  return found;
}
