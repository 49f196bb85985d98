import { parser } from '@prometheus-io/lezer-promql';

/** A piece of a parsed query. */
type SyntaxNode = ReturnType<typeof parser.parse>['topNode'];

/**
 * Labels that say who scraped, not what was scraped: the scrape job (two jobs may share a target), the external labels
 * of Prometheus Operator (`prometheus`, `prometheus_replica`), what the Thanos documentation calls a replica, and what
 * Cortex, Mimir and Amazon's Prometheus call one. `instance` is not among them: it is the target.
 */
const scraperLabels = ['job', 'prometheus', 'prometheus_replica', 'replica', '__replica__'] as const;
type Labels = readonly string[];

/** To these a series that is there twice is there once. */
const indifferent: ReadonlySet<string> = new Set(['Max', 'Min', 'Group']);
/** These keep some series as they are, with all their labels. */
const picking: ReadonlySet<string> = new Set(['Topk', 'Bottomk', 'LimitK', 'LimitRatio']);
const setOperators: ReadonlySet<string> = new Set(['And', 'Or', 'Unless']);
/** Whatever goes in, no label comes out. */
const labelless: ReadonlySet<string> = new Set(['Scalar', 'Vector', 'Time', 'Absent', 'AbsentOverTime']);

/**
 * The query that counts each target once, however many jobs and Prometheus replicas scraped it: of series that differ
 * only in the labels of who scraped, the largest value counts. That is said where such a label would get lost, and
 * nowhere else, so that series still find each other: around what is summed or counted, around what is matched by other
 * labels, and around the answer, whose series the rules count. A query that tells by such a label keeps it.
 */
export function countedOnce(query: string): string {
  const root = parser.parse(query).topNode.firstChild;
  return root === null ? query : new Rewriting(query, root).rewritten();
}

class Rewriting {
  readonly #query: string;
  readonly #root: SyntaxNode;
  readonly #strippable: Labels;
  readonly #insertions: { readonly at: number; readonly text: string }[] = [];

  constructor(query: string, root: SyntaxNode) {
    this.#query = query;
    this.#root = root;
    const used = this.#labelsToldApart();
    this.#strippable = without(scraperLabels, used);
  }

  rewritten(): string {
    if (!isRange(this.#root)) this.#merge(this.#root, this.#strippable);
    this.#visit(this.#root);
    let text = '';
    let done = 0;
    // The sort is stable: of two that begin at one place, the outer one came first.
    for (const { at, text: inserted } of this.#insertions.sort((a, b) => a.at - b.at)) {
      text += this.#query.slice(done, at) + inserted;
      done = at;
    }
    return text + this.#query.slice(done);
  }

  #visit(node: SyntaxNode): void {
    if (node.name === 'AggregateExpr') this.#mergeAggregated(node);
    if (node.name === 'BinaryExpr') this.#mergeMatched(node);
    if (node.name === 'FunctionCall') {
      const name = functionName(node);
      // Without `le` these are native histograms, of which `max` takes none.
      if (name.startsWith('Histogram') && !/\ble\b/.test(this.#read(node))) return;
      // Of two series `scalar` makes NaN.
      if (name === 'Scalar') this.#mergeOperand(node, this.#strippable);
    }
    for (const child of childrenOf(node)) this.#visit(child);
  }

  #mergeAggregated(node: SyntaxNode): void {
    const operator = aggregation(node);
    if (indifferent.has(operator) || picking.has(operator)) return;
    this.#mergeOperand(node, this.#lostBy(node));
  }

  /** Where one series is looked for, there must not be two: on both sides, or on that which `group_…` leads away from. */
  #mergeMatched(node: SyntaxNode): void {
    const clause = node.getChild('MatchingModifierClause');
    if (clause === null || isSetOperation(node)) return;
    const lost = this.#lostIn(clause);
    const { lastChild: right, firstChild: left } = node;
    if (left && !clause.getChild('GroupLeft')) this.#merge(left, lost);
    if (right && !clause.getChild('GroupRight')) this.#merge(right, lost);
  }

  #mergeOperand(call: SyntaxNode, lost: Labels): void {
    const operand = call.getChild('FunctionCallBody')?.lastChild;
    if (operand) this.#merge(operand, lost);
  }

  #merge(node: SyntaxNode, lost: Labels): void {
    // Else the largest three would be one three times.
    const inner = unwrapped(node);
    if (inner.name === 'AggregateExpr' && picking.has(aggregation(inner))) {
      this.#mergeOperand(inner, lost);
      return;
    }
    const labels = common(lost, this.#labelsOf(node));
    if (labels.length === 0) return;
    const parens = node.name !== 'ParenExpr';
    this.#insertions.push({ at: node.from, text: `max without (${labels.join(', ')}) ${parens ? '(' : ''}` });
    if (parens) this.#insertions.push({ at: node.to, text: ')' });
  }

  /** The labels of who scraped that the series of a piece can have, and need not keep. */
  #labelsOf(node: SyntaxNode): Labels {
    switch (node.name) {
      case 'VectorSelector':
        return this.#labelsOfSelector(node);
      case 'AggregateExpr': {
        const operand = node.getChild('FunctionCallBody')?.lastChild;
        const labels = operand ? this.#labelsOf(operand) : [];
        return picking.has(aggregation(node)) ? labels : without(labels, this.#lostBy(node));
      }
      case 'BinaryExpr':
        return this.#labelsOfBinary(node);
      case 'FunctionCall':
        if (labelless.has(functionName(node))) return [];
    }
    const ofAny = childrenOf(node).flatMap((child) => this.#labelsOf(child));
    return common(this.#strippable, ofAny);
  }

  #labelsOfSelector(node: SyntaxNode): Labels {
    const identifier = node.getChild('Identifier');
    // Of several metrics the name tells apart, which does not survive `max`.
    const name = identifier ? this.#read(identifier) : /__name__\s*=\s*"([^"]*)"/.exec(this.#read(node))?.[1];
    if (name === undefined) return [];
    // `job:requests:rate5m` was summed up by job, so its jobs are no copies:
    // https://prometheus.io/docs/practices/rules/#naming
    const [level = '', ...recorded] = name.split(':');
    return recorded.length === 0 ? this.#strippable : without(this.#strippable, level.split('_'));
  }

  #labelsOfBinary(node: SyntaxNode): Labels {
    const { firstChild, lastChild } = node;
    const left = firstChild ? this.#labelsOf(firstChild) : [];
    const right = lastChild ? this.#labelsOf(lastChild) : [];
    const both = common(this.#strippable, [...left, ...right]);
    if (node.getChild('And') || node.getChild('Unless')) return left;
    const clause = node.getChild('MatchingModifierClause');
    if (clause === null || node.getChild('Or')) return both;
    if (clause.getChild('GroupLeft')) return left;
    return clause.getChild('GroupRight') ? right : without(both, this.#lostIn(clause));
  }

  #lostBy(aggregate: SyntaxNode): Labels {
    const modifier = aggregate.getChild('AggregateModifier');
    return modifier?.getChild('Without') ? this.#lostIn(modifier) : this.#strippable;
  }

  /** A list of `by` or `on` names what stays, one of `without` or `ignoring` what goes. */
  #lostIn(modifier: SyntaxNode): Labels {
    if (!modifier.getChild('Without') && !modifier.getChild('Ignoring')) return this.#strippable;
    const list = modifier.getChild('GroupingLabels');
    const names = list ? childrenOf(list).map((one) => this.#name(one)) : [];
    return common(this.#strippable, names);
  }

  /** What the query itself groups, matches, copies or tells apart by. */
  #labelsToldApart(): Labels {
    const used: string[] = [];
    this.#root.cursor().iterate(({ node }) => {
      if (this.#isToldApart(node)) used.push(this.#name(node));
    });
    return used;
  }

  #isToldApart(node: SyntaxNode): boolean {
    const { parent } = node;
    // One value is no difference.
    if (parent?.name.endsWith('LabelMatcher'))
      return node.name.endsWith('LabelName') && !parent.getChild('MatchOp')?.getChild('EqlSingle');
    if (parent?.name === 'FunctionCallBody') return node.name === 'StringLiteral';
    return parent?.name === 'GroupingLabels' && !/^(Without|Ignoring)$/.test(parent.prevSibling?.name ?? '');
  }

  #name(node: SyntaxNode): string {
    return this.#read(node).replace(/^["'`]|["'`]$/g, '');
  }

  #read({ from, to }: SyntaxNode): string {
    return this.#query.slice(from, to);
  }
}

/** In the order of the first, each once. */
function common(some: Labels, others: Labels): Labels {
  return some.filter((label) => others.includes(label));
}

function without(some: Labels, others: Labels): Labels {
  return some.filter((label) => !others.includes(label));
}

function childrenOf(node: SyntaxNode): SyntaxNode[] {
  const children: SyntaxNode[] = [];
  for (let child = node.firstChild; child !== null; child = child.nextSibling) children.push(child);
  return children;
}

function aggregation(node: SyntaxNode): string {
  return node.getChild('AggregateOp')?.firstChild?.name ?? '';
}

function functionName(node: SyntaxNode): string {
  return node.getChild('FunctionIdentifier')?.firstChild?.name ?? '';
}

function isSetOperation(node: SyntaxNode): boolean {
  return childrenOf(node).some(({ name }) => setOperators.has(name));
}

/** Without the brackets around it. */
function unwrapped(node: SyntaxNode): SyntaxNode {
  const inner = node.name === 'ParenExpr' ? node.firstChild : null;
  return inner === null ? node : unwrapped(inner);
}

/** `x[5m]`, `x[5m:1m]`, and these at another time: nothing that `max` takes. */
function isRange(node: SyntaxNode): boolean {
  const moved = ['ParenExpr', 'OffsetExpr', 'StepInvariantExpr'].includes(node.name);
  return moved && node.firstChild
    ? isRange(node.firstChild)
    : node.name === 'MatrixSelector' || node.name === 'SubqueryExpr';
}
