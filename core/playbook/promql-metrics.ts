import { parser } from '@prometheus-io/lezer-promql';
import { withPlaceholders } from './promql.ts';

type SyntaxNode = ReturnType<typeof parser.parse>['topNode'];

/** The metrics that a query names; undefined where it asks for some by a pattern. */
export function metricsIn(query: string): ReadonlySet<string> | undefined {
  const text = withPlaceholders(query);
  const selectors: SyntaxNode[] = [];
  parser.parse(text).iterate({
    enter({ name, node }) {
      if (name === 'VectorSelector') selectors.push(node);
    },
  });
  const names = selectors.flatMap((one) => one.getChild('Identifier') ?? []);
  return names.length < selectors.length
    ? undefined
    : new Set(names.map(({ from, to }) => text.slice(from, to)));
}
