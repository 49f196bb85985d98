/** The architecture, executable: who may import whom. docs/architecture.md says why. */
const clusterClients = '^(node_modules/)?(@kubernetes/client-node|axios)(/|$)';
const slackClients = '^(node_modules/)?@slack/(bolt|web-api|socket-mode|oauth)(/|$)';

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'A cycle means that two files are one concept, or that one knows too much.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'core-is-pure',
      comment: 'core decides: no I/O, no clients, no other folder. Same evidence, same verdict.',
      severity: 'error',
      from: { path: '^core/' },
      to: {
        pathNot: [
          '^core/',
          'node_modules/(zod|@marcbachmann/cel-js|yaml|mdast[^/]*|micromark[^/]*|@types/mdast|@prometheus-io/lezer-promql|@lezer/[^/]+|@eslint-community/regexpp|@stdlib/stats-base-dists-[^/]+)(/|$)',
        ],
      },
    },
    {
      name: 'platform-knows-core-only',
      comment: 'platform carries no domain words; it may know the wire formats of core.',
      severity: 'error',
      from: { path: '^platform/' },
      to: { path: '^(bot|workers|prober|cli|sim|lab|test)/' },
    },
    {
      name: 'views-are-pure',
      comment: 'A Slack view is a function from a report to blocks.',
      severity: 'error',
      from: { path: '^bot/views/' },
      to: { pathNot: ['^bot/views/', '^core/', 'node_modules/@slack/types(/|$)'] },
    },
    {
      name: 'bot-meets-workers-in-core-only',
      comment: 'Slack tokens in one process, cluster rights in the other.',
      severity: 'error',
      from: { path: '^bot/' },
      to: { path: '^(workers|prober|cli|sim|lab|test)/' },
    },
    {
      name: 'bot-has-no-cluster-access',
      severity: 'error',
      from: { path: '^bot/' },
      to: { path: clusterClients, reachable: true },
    },
    {
      name: 'workers-meet-bot-in-core-only',
      severity: 'error',
      from: { path: '^workers/' },
      to: { path: '^(bot|cli|sim|lab|test)/' },
    },
    {
      name: 'workers-have-no-slack-access',
      severity: 'error',
      from: { path: '^workers/' },
      to: { path: slackClients, reachable: true },
    },
    {
      name: 'evidence-talks-through-ports',
      comment: 'Collectors, probes and remediations see ports; only adapters see client libraries.',
      severity: 'error',
      from: { path: '^workers/(collectors|probes|remediations)/' },
      to: {
        pathNot: [
          '^workers/(collectors|probes|remediations|ports|cluster-objects|service-pods)',
          '^core/',
          // What may be probed is decided by one piece of code, in the worker and again in the prober.
          '^prober/(guard|cannot)',
          '^(crypto|net|util|timers/promises)$',
          'node_modules/(zod|rfc6902|diff|yaml)(/|$)',
        ],
      },
    },
    {
      name: 'client-libraries-in-adapters-only',
      severity: 'error',
      from: { path: '^workers/', pathNot: '^workers/adapters/' },
      to: { path: clusterClients },
    },
    {
      name: 'prober-stands-alone',
      comment:
        'The prober starts fast and runs in a bare image: node: modules, and types that are gone when it runs.',
      severity: 'error',
      from: { path: '^prober/' },
      to: { pathNot: ['^prober/'], dependencyTypesNot: ['core', 'type-only'] },
    },
    {
      name: 'lab-net-knows-the-kernel-only',
      comment: 'Namespaces, cables and rules of one machine: what they are for is told above.',
      severity: 'error',
      from: { path: '^lab/net/' },
      to: { pathNot: ['^lab/net/'], dependencyTypesNot: ['core'] },
    },
    {
      name: 'nothing-imports-test',
      severity: 'error',
      from: { pathNot: '^test/' },
      to: { path: '^test/' },
    },
    {
      name: 'product-does-not-know-the-stand-ins',
      comment: 'A stand-in that the product imports is no stand-in.',
      severity: 'error',
      from: { path: '^(bot|workers|core|platform|prober)/' },
      to: { path: '^(sim|lab|cli)/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
