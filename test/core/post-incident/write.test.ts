import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Heading, Link, Nodes } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { toString } from 'mdast-util-to-string';
import { Incident } from '../../../core/post-incident/incident.ts';
import { writePostIncident, type Chart } from '../../../core/post-incident/write.ts';
import { headlineOf } from '../../../core/headline.ts';
import { titleOf } from '../../../core/remediation/proposal.ts';
import { oneLine } from '../../../core/text.ts';
import { remediationAt, stepNames } from '../remediation/remediations.ts';
import { at, incident, mended } from './incidents.ts';

/** Everything in a text, however deep. */
function nodesOf(markdown: string): Nodes[] {
  const walk = (node: Nodes): Nodes[] => [node, ...('children' in node ? node.children.flatMap(walk) : [])];
  return walk(fromMarkdown(markdown));
}

function headingsOf(markdown: string): string[] {
  return nodesOf(markdown)
    .filter((node): node is Heading => node.type === 'heading')
    .map((node) => `${node.depth} ${toString(node)}`);
}

/** What stands under a `##` heading. */
function under(title: string, markdown: string): string {
  return markdown.split(`\n## ${title}\n\n`)[1]?.split('\n## ')[0] ?? '';
}

const charts: Chart[] = [
  { title: 'Drops over time', url: 'https://acme.slack.com/archives/C1/p1' },
  { title: 'After the change', file: 'review chart-2.png' },
  { title: 'Elsewhere' },
];

describe('a post-incident text', () => {
  const text = writePostIncident(incident(), charts);

  test('begins with the conclusion and what was measured', () => {
    const [title, , summary] = text.split('\n');
    expect(title).toBe('# checkout.shop: SNAT port race drops SYNs (node ip-10-0-1-11)');
    expect(summary).toContain('41 of 1,204 inserts failed on ip-10-0-1-11.');
    expect(summary).toMatch(
      /netcheck made 4 looks in 2\.1 s, 1 without an answer, and ruled out 1 of 3 causes\. 1 change was made\.$/,
    );
  });

  test('tells what happened in its order, with alerts and notes, names and numbers', () => {
    const what = "Change the Service's selector (Service shop/cart)";
    expect(under('Timeline', text).split('\n').slice(2, -1)).toEqual([
      '- 2026-09-21 14:42:50 Alert CheckoutErrors fired',
      '- 2026-09-21 14:43:18 alice asked about checkout.shop to api.example.com:443 since 30m timeouts',
      '- 2026-09-21 14:43:20 netcheck began to look',
      '- 2026-09-21 14:43:22 Evidence of 4 looks was in, 1 without an answer',
      expect.stringMatching(/^- 2026-09-21 14:43:22 Concluded: SNAT port race drops SYNs/),
      `- 2026-09-21 14:43:23 netcheck proposed: ${what}`,
      `- 2026-09-21 14:43:24 netcheck proposed: Trial of 10 min: ${what}`,
      `- 2026-09-21 14:43:25 netcheck looked at what it would do: ${what}`,
      `- 2026-09-21 14:44:20 ben approved: ${what}`,
      `- 2026-09-21 14:44:22 netcheck applied: ${what}`,
      '- 2026-09-21 14:44:25 ben noted: only from node a',
      `- 2026-09-21 14:44:30 carol dismissed: Trial of 10 min: ${what}`,
      `- 2026-09-21 14:44:50 netcheck checked: ${what}; fixed: 2 endpoints are ready; Connects: from pod 4.1 % (41 of 1,000; 3 % to 5.5 %) → 0 of 1,200, below 0.25 % at 95 %`,
    ]);
  });

  test('lists the causes, the proven first', () => {
    expect(under('Hypotheses', text).trim().split('\n')).toEqual([
      '| Cause | Verdict | Reason |',
      '| --- | --- | --- |',
      '| SNAT port race drops SYNs | confirmed (node ip-10-0-1-11) | 41 of 1,204 inserts failed on ip-10-0-1-11. |',
      '| A NetworkPolicy denies the traffic | not checked | policies could not be looked at: forbidden. |',
      '| The Service has no ready endpoints | ruled out | 2 endpoints are ready behind checkout. |',
    ]);
  });

  test('shows each look with its query, window, link and answer, or why there is none', () => {
    const looks = under('Evidence', text);
    expect(looks).toContain('```promql\nrate(node_nf_conntrack_stat_insert_failed[5m])\n```');
    expect(looks).toContain('- Window: 2026-09-21 14:13:20 to 2026-09-21 14:43:20');
    expect(looks).toContain('- Said: max 3.5/s, min 0/s, mean 0.8/s, sum 4/s over 2 series');
    expect(looks).toContain('- [Look at it](<https://prometheus.example.com/graph?g0.expr=rate(x)>)');
    expect(looks).toContain('- Said: ready 2, selector app=checkout');
    expect(looks).toContain('- Could not be looked at: forbidden, list networkpolicies in shop');
    expect(looks).toContain('- Not from the network of the node itself: not-enabled, probes of class node');
  });

  test('says of each change who decided, what came of it, and whether it can be taken back', () => {
    const actions = under('Actions', text);
    expect(actions).toContain(
      '- Outcome: Approved by ben at 14:44 UTC, applied: fixed: 2 endpoints are ready.',
    );
    expect(actions).toContain(
      '- Before → after: Connects: from pod 4.1 % (41 of 1,000; 3 % to 5.5 %) → 0 of',
    );
    expect(actions).toContain('- New since the change: Connections are refused');
    expect(actions).toContain('- Undo: possible');
    expect(actions).toContain('```diff\n-a\n+b\n```');
    expect(actions).toContain('- Outcome: Dismissed by ben');
    expect(actions).toContain('- Decided: not here.');
    expect(actions).toContain('```sh\nkubectl ');
  });

  test.each(stepNames)('a change that is %s has its own words', (step) => {
    const others = stepNames.filter((other) => other !== step);
    const said = (one: (typeof stepNames)[number]): string =>
      under('Actions', writePostIncident(incident({ remediations: [remediationAt(one)] }), []));
    expect(others.map(said)).not.toContain(said(step));
  });

  test('says what could not be checked, and what would mend it', () => {
    expect(under('What could not be checked', text).trim().split('\n')).toEqual([
      expect.stringMatching(
        /^- NetworkPolicies that select the pods: list networkpolicies in shop → grant the/,
      ),
      expect.stringMatching(
        /^- Connects, from the network of the node itself: probes of class node are off → /,
      ),
      '- Not known of the target: nodes: forbidden',
    ]);
  });

  test('shows charts where they are, and says where they are not', () => {
    expect(under('Charts', text).trim().split('\n')).toEqual([
      '- [Drops over time](<https://acme.slack.com/archives/C1/p1>)',
      '- [After the change](<review%20chart-2.png>)',
      '- Elsewhere (not with this text)',
    ]);
    expect(headingsOf(writePostIncident(incident(), []))).not.toContain('2 Charts');
  });

  test('ends with how to run it again, and the versions', () => {
    expect(under('Run it again', text)).toContain(
      '```sh\nnetcheck run checkout.shop to api.example.com:443 since 30m timeouts\nnetcheck replay netcheck-checkout-k3x9.json\n```',
    );
    expect(under('Versions', text).trim().split('\n')).toEqual([
      '- netcheck 0.1.0',
      '- Playbooks ab12cd',
      '- Cluster prod',
      '- Investigation k3x9, of what was so until 2026-09-21 14:43:22 UTC',
    ]);
  });

  test('is the same in whatever order the changes are read', () => {
    const { remediations } = incident();
    expect(writePostIncident(incident({ remediations: [...remediations].reverse() }), charts)).toBe(text);
  });
});

test('what somebody called a Service is one word of the command', () => {
  const { report } = incident();
  const target = { ...report.target, service: "x; rm -rf / '`" };
  expect(under('Run it again', writePostIncident(incident({ report: { ...report, target } }), []))).toContain(
    `netcheck run 'x; rm -rf / '\\''\`.shop' to api.example.com:443`,
  );
});

test('secrets are in none of it, whoever told them', () => {
  // In pieces, so that no scanner of repositories takes it for a real one.
  const token = ['xoxb', '1234567890', 'AbCdEfGhIjKl'].join('-');
  const told = `seen ${token} there`;
  const { report } = incident();
  const env = {
    request: { source: 'cluster', id: 'e', title: 'E', lookup: 'daemonset_env', params: { env: 'X' } },
    observation: { status: 'observed', samples: 1, facts: { value: 'hunter2' } },
    tookMs: 1,
  } as const;
  const changed = incident(
    {
      report: { ...report, conclusion: { ...report.conclusion, summary: told } },
      remediations: [
        {
          ...mended,
          state: { ...(mended.state as object), diff: `-a: ${token}\n+a: hunter2` } as typeof mended.state,
          trail: [{ at: at(1), who: { id: 'U1', name: 'ben' }, what: 'withdrawn', why: 'it is hunter2' }],
        },
      ],
      happened: [{ at: at(2), what: `the password is hunter2, ${told}` }],
    },
    [env],
  );
  const text = writePostIncident(changed, []);
  expect(text).not.toContain('hunter2');
  expect(text).not.toContain(token);
  expect(text.match(/redacted/g)?.length).toBeGreaterThanOrEqual(6);
});

describe('whatever the records hold', () => {
  const hostile = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 60 }),
    fc.string({
      unit: fc.constantFrom(...Array.from('`~*_-+=#|\\[](){}<>!&;:@$./ \n\r\t1a')),
      maxLength: 40,
    }),
    fc.constantFrom(
      '# Forged',
      'a\n\n# Forged\n\nb',
      'x\n===',
      '---',
      '<script>alert(1)</script>',
      '<!-- hidden',
      '[click](https://evil.example)',
      '![](https://evil.example/x.png)',
      '[a]: https://evil.example',
      '<https://evil.example>',
      'see https://evil.example/@here and www.evil.example',
      '@here @channel <!channel> <@U0ALICE> bob@example.com org/repo#12',
      '```\n# Forged\n```',
      '````` ` ``',
      'a | b | c\\| d `|` \\\\|',
      '&lt;b&gt; &#35; Forged',
      '1. one',
      '> quoted',
      '\u202egnp.exe\u0000\u2028# Forged',
      '    code',
    ),
  );
  /** What is no free text: names that the schema knows, and ids by which one record finds another. */
  const kept =
    /^(?:schema|kind|step|status|source|unit|from|remediation|id|cause|causes|do|evidence|approvals)$|^what$/;
  const enumerated = (path: readonly string[]): boolean => {
    const key = path.findLast((part) => !/^\d+$/.test(part)) ?? '';
    const isReason = path.at(-2) === 'why' && key === 'reason';
    const isNote = path[0] === 'happened' && key === 'what';
    return (kept.test(key) && !isNote) || isReason || path.includes('operations');
  };

  /** The same record with other texts. */
  function filledWith(texts: readonly string[]): Incident {
    let next = 0;
    const walk = (value: unknown, path: readonly string[]): unknown => {
      if (typeof value === 'string') return enumerated(path) ? value : texts[next++ % texts.length];
      if (Array.isArray(value)) return value.map((one, index) => walk(one, [...path, String(index)]));
      if (typeof value !== 'object' || value === null) return value;
      return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, walk(one, [...path, key])]));
    };
    const whole = incident({ remediations: [mended, ...stepNames.map((step) => remediationAt(step))] });
    return Incident.parse(walk(whole, []));
  }

  const own = new Set([
    'root',
    'heading',
    'paragraph',
    'text',
    'list',
    'listItem',
    'code',
    'inlineCode',
    'link',
  ]);

  test('the text has its own headings, lists, code and links, and no others', () => {
    fc.assert(
      fc.property(fc.array(hostile, { minLength: 1, maxLength: 30 }), hostile, (texts, name) => {
        const told = filledWith(texts);
        const { report, remediations } = told;
        const markdown = writePostIncident(told, [
          { title: name, url: 'https://acme.slack.com/archives/C1/p1' },
          { title: name, file: `${name.replace(/\p{Cs}/gu, '')}.png` },
        ]);
        const shown = (text: string): string => oneLine(text) || '…';
        const recorded = new Set(remediations.map(({ proposal }) => proposal.id));
        const unrecorded = report.proposals.filter(({ id }) => !recorded.has(id));
        expect(headingsOf(markdown)).toEqual([
          `1 ${shown(headlineOf(report))}`,
          '2 Timeline',
          '2 Hypotheses',
          '2 Evidence',
          ...report.evidence.map(({ title }) => `3 ${shown(title)}`),
          '2 Charts',
          '2 Actions',
          ...[...remediations.map(({ proposal }) => proposal), ...unrecorded].map(
            (proposal) => `3 ${titleOf(proposal)}`,
          ),
          '2 What could not be checked',
          '2 Run it again',
          '2 Versions',
        ]);

        const nodes = nodesOf(markdown);
        expect(nodes.filter(({ type }) => !own.has(type))).toEqual([]);
        const links = nodes.filter((node): node is Link => node.type === 'link');
        expect(links.map((link) => shown(toString(link)))).toEqual([shown(name), shown(name)]);
        expect(links[0]?.url).toBe('https://acme.slack.com/archives/C1/p1');
        for (const node of nodes)
          if (node.type === 'text') expect(node.value).not.toMatch(/@|:\/\/|www\.|#/i);
        for (const row of under('Hypotheses', markdown).trim().split('\n'))
          expect(row.match(/(?<!\\)\|/g)).toHaveLength(4);
      }),
      { numRuns: 100 },
    );
  });
});
