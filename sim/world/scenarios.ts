import type { WorldName } from './worlds.ts';

/** A question that someone could ask in a world, and what a good answer says. */
export interface Scenario {
  readonly id: string;
  readonly title: string;
  readonly world: WorldName;
  readonly namespace: string;
  readonly service: string;
  readonly symptom?: string;
  readonly command: string;
  readonly expect: {
    readonly conclusion: 'cause-found' | 'not-the-network';
    /** Ids of the causes that are confirmed; every other one is eliminated or stands unproven. */
    readonly causes: readonly string[];
  };
}

function scenario(
  world: WorldName,
  [namespace, service]: readonly [string, string],
  title: string,
  causes: readonly string[],
  rest: { readonly symptom?: string; readonly conclusion?: 'not-the-network' } = {},
): Scenario {
  const { symptom, conclusion = 'cause-found' } = rest;
  return {
    id: `${service}-${causes[0] ?? 'healthy'}${world === 'quiet' ? '-quiet' : ''}`,
    title,
    world,
    namespace,
    service,
    ...(symptom === undefined ? {} : { symptom }),
    command: ['/netcheck', service, ...(symptom === undefined ? [] : [symptom])].join(' '),
    expect: { conclusion, causes },
  };
}

const notTheNetwork = 'not-the-network';

export const scenarios: readonly Scenario[] = [
  scenario('production', ['shop', 'checkout'], '1 % of requests take one second longer', ['snat-port-race']),
  scenario('production', ['shop', 'cart'], 'Every request answers 503', ['no-ready-endpoints']),
  scenario('production', ['shop', 'payments'], 'Every request answers 502', ['wrong-target-port']),
  scenario('production', ['shop', 'orders'], 'Requests hang, some end in 504', ['conntrack-table-full']),
  scenario('production', ['platform', 'gateway'], '2 % of connects take a second', [
    'listen-backlog-overflow',
  ]),
  scenario('production', ['platform', 'reports'], 'Slow since half an hour', ['softirq-saturation']),
  scenario('production', ['shop', 'inventory'], 'Slow, and the network is blamed', ['cpu-throttling'], {
    conclusion: notTheNetwork,
  }),
  scenario('production', ['platform', 'profile'], 'Bursts of 502 at deploys', ['rollout-without-drain']),
  scenario('production', ['shop', 'catalog'], 'A suspicion without a fault', [], {
    conclusion: notTheNetwork,
  }),
  scenario('dns-upstream', ['shop', 'search'], 'External names are slow', ['dns-upstream-slow']),
  scenario('dns-overload', ['shop', 'search'], 'All names are slow', ['coredns-overload']),
  scenario('quiet', ['shop', 'catalog'], 'All is well', [], { conclusion: notTheNetwork }),
];
