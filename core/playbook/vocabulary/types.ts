import { AttemptFacts } from '../../facts/attempts.ts';
import { Change, Correlation, Culprit, Idle, LatencySignature, Range } from '../../facts/findings.ts';
import { MetricFacts, SeriesFacts } from '../../facts/metric.ts';
import type { Field, TypeWords } from './words.ts';

const count = (doc: string): Field => ({ type: 'double', unit: 'count', doc });
const own = (doc: string): Field => ({ type: 'double', unit: 'own', doc });
const share = (doc: string): Field => ({ type: 'double', unit: 'percent', doc });
const text = (name: string): { name: string; type: string } => ({ name, type: 'string' });
const metric = { name: 'other', type: 'Metric' };

/** Every type that a rule can meet, with its fields and methods. The documentation is generated from it. */
export const types: Readonly<Record<string, TypeWords>> = {
  Series: {
    doc: 'One time series of a query.',
    ctor: SeriesFacts,
    fields: {
      labels: { type: 'map<string, string>', doc: 'its labels' },
      max: own('its highest point'),
      min: own('its lowest point'),
      mean: own('the mean of its points'),
      last: own('its last point'),
      samples: count('how many points it has'),
    },
    methods: {
      increase: {
        args: [],
        returns: 'double',
        unit: 'own',
        doc: 'how much a raw counter grew, resets included',
        call: (series: SeriesFacts) => series.increase(),
      },
      change: {
        args: [],
        returns: 'Change',
        unit: 'own',
        doc: 'the one lasting step of its level (Pettitt, 1 %)',
        call: (series: SeriesFacts) => series.change(),
      },
      correlation: {
        args: [{ name: 'other', type: 'Series' }],
        returns: 'Correlation',
        doc: 'how the two rise and fall together (Spearman)',
        call: (one: SeriesFacts, other: SeriesFacts) => one.correlation(other),
      },
      idle: {
        args: [{ name: 'load', type: 'Series' }],
        returns: 'Idle',
        doc: 'of failures a second and attempts a second: the quietest against the busiest quarter of the time',
        call: (one: SeriesFacts, load: SeriesFacts) => one.idle(load),
      },
    },
  },
  Metric: {
    doc: 'The answer of a `promql` block: all series of the query.',
    ctor: MetricFacts,
    fields: {
      series: { type: 'list<Series>', unit: 'own', doc: 'every series, in the order of its labels' },
      max: own('the highest point of all series'),
      min: own('the lowest point of all series'),
      mean: own('the mean of all points'),
      sum: own('the last points of all series added up'),
      count: count('how many series there are'),
      samples: count('how many points there are'),
    },
    methods: {
      at: {
        args: [text('label'), text('value')],
        returns: 'Series',
        unit: 'own',
        doc: 'the series with this label; none, or several, is unknown',
        call: (one: MetricFacts, label: string, value: string) => one.at(label, value),
      },
      only: {
        args: [],
        returns: 'Series',
        unit: 'own',
        doc: 'the one series of a query that gives one; several are unknown',
        call: (one: MetricFacts) => one.only(),
      },
      top: {
        args: [],
        returns: 'Series',
        unit: 'own',
        doc: 'the series with the highest point',
        call: (one: MetricFacts) => one.top(),
      },
      over: {
        args: [metric],
        returns: 'Metric',
        unit: 'percent',
        doc: 'each series divided by that of the other with the same labels',
        call: (one: MetricFacts, other: MetricFacts) => one.over(other),
      },
      minus: {
        args: [metric],
        returns: 'Metric',
        unit: 'own',
        doc: 'each series less that of the other with the same labels',
        call: (one: MetricFacts, other: MetricFacts) => one.minus(other),
      },
      worst: {
        args: [{ name: 'attempts', type: 'Metric' }, text('label')],
        returns: 'Culprit',
        doc: 'of failures by label and attempts by label: the one value that fails more than all others together (exact, 1 % for all values looked at)',
        call: (failed: MetricFacts, attempts: MetricFacts, label: string) => failed.worst(attempts, label),
      },
      share_between: {
        args: [
          { name: 'from', type: 'double', unit: 'seconds' },
          { name: 'to', type: 'double', unit: 'seconds' },
        ],
        returns: 'double',
        unit: 'percent',
        doc: 'of a histogram by `le`: the share of observations above `from` and up to `to`; both must be bounds of buckets',
        call: (one: MetricFacts, from: number, to: number) => one.shareBetween(from, to),
      },
      signature: {
        args: [],
        returns: 'Signature',
        doc: 'of a histogram by `le`: the latency signature that its slow part shows',
        call: (one: MetricFacts) => one.signature(),
      },
    },
  },
  Attempts: {
    doc: 'The answer of a `yaml probe` block: every attempt of every arm.',
    ctor: AttemptFacts,
    fields: {
      count: count('how many attempts'),
      failed: count('how many of them failed'),
      share: share('failed of all'),
      median: { type: 'double', unit: 'seconds', doc: 'the middle time of the attempts that succeeded' },
    },
    methods: {
      from: {
        args: [text('placement')],
        returns: 'Attempts',
        doc: 'those of one arm; an arm that did not run is unknown',
        call: (one: AttemptFacts, placement: string) => one.from(placement),
      },
      besides: {
        args: [text('placement')],
        returns: 'Attempts',
        doc: 'those of all other arms, as far as they ran: a control',
        call: (one: AttemptFacts, placement: string) => one.besides(placement),
      },
      where: {
        args: [text('label'), text('value')],
        returns: 'Attempts',
        doc: 'those whose `to`, `error` or label of the probe has this value; there may be none',
        call: (one: AttemptFacts, label: string, value: string) => one.where(label, value),
      },
      values: {
        args: [text('label')],
        returns: 'list<string>',
        doc: 'the values of a label, each once',
        call: (one: AttemptFacts, label: string) => one.values(label),
      },
      dead: {
        args: [text('label')],
        returns: 'list<string>',
        doc: 'the values of a label of which every attempt failed, of at least five',
        call: (one: AttemptFacts, label: string) => one.dead(label),
      },
      slower: {
        args: [{ name: 'seconds', type: 'double', unit: 'seconds' }],
        returns: 'Attempts',
        doc: 'those that took at least so long',
        call: (one: AttemptFacts, seconds: number) => one.slower(seconds),
      },
      quantile: {
        args: [{ name: 'q', type: 'double' }],
        returns: 'double',
        unit: 'seconds',
        doc: 'the time that this share of the successful attempts did not exceed',
        call: (one: AttemptFacts, q: number) => one.quantile(q),
      },
      worst: {
        args: [text('label')],
        returns: 'Culprit',
        doc: 'the one value of a label that fails more than all others together (exact, 1 % for all values looked at)',
        call: (one: AttemptFacts, label: string) => one.worst(label),
      },
      worse_than: {
        args: [text('label'), { name: 'control', type: 'Attempts' }],
        returns: 'list<string>',
        doc: 'the values of a label with which more fails than in the control (Fisher exact, 1 % for all values looked at)',
        call: (one: AttemptFacts, label: string, control: AttemptFacts) => one.worseThan(label, control),
      },
      worst_end: {
        args: [],
        returns: 'Culprit',
        doc: 'the one node that more fails with than without it, at whichever end: by the labels `client` and `node` (exact, 1 % for all nodes)',
        call: (one: AttemptFacts) => one.worstEnd(),
      },
      live_range: {
        args: [text('label')],
        returns: 'Range',
        doc: 'the one range of a label’s numbers in which attempts succeed, where all others fail',
        call: (one: AttemptFacts, label: string) => one.liveRange(label),
      },
      late: {
        args: [{ name: 'seconds', type: 'double', unit: 'seconds' }],
        returns: 'Attempts',
        doc: 'all of them, judged by time alone: those that took at least so long count as failed, and no others',
        call: (one: AttemptFacts, seconds: number) => one.late(seconds),
      },
      signature: {
        args: [],
        returns: 'Signature',
        doc: 'the latency signature of their times, or `none`',
        call: (one: AttemptFacts) => one.signature(),
      },
    },
  },
  Culprit: {
    doc: 'What `worst` finds.',
    ctor: Culprit,
    fields: {
      found: { type: 'bool', doc: 'whether one value stands out' },
      key: { type: 'string', doc: 'which' },
      failed: count('its failures'),
      of: count('its attempts'),
      share: share('its failures of its attempts'),
      rest_failed: count('failures of all others'),
      rest_of: count('attempts of all others'),
      rest_share: share('failures of attempts of all others'),
      others: count('how many other values stand out as well'),
      p: { type: 'double', doc: 'the chance of standing out so by accident' },
    },
    methods: {},
  },
  Range: {
    doc: 'What `live_range` finds.',
    ctor: Range,
    fields: {
      found: { type: 'bool', doc: 'whether there is one' },
      lowest: { type: 'string', doc: 'its lowest number that was tried' },
      highest: { type: 'string', doc: 'its highest number that was tried' },
      below: { type: 'string', doc: 'the nearest number below it that is dead, or empty' },
      above: { type: 'string', doc: 'the nearest number above it that is dead, or empty' },
      live: count('attempts in it'),
      dead: count('attempts outside, which all failed'),
    },
    methods: {},
  },
  Change: {
    doc: 'What `change` finds.',
    ctor: Change,
    fields: {
      found: { type: 'bool', doc: 'whether the level changed' },
      at: { type: 'double', unit: 'seconds', doc: 'when, in unix seconds' },
      ago: { type: 'double', unit: 'seconds', doc: 'how long before the last point' },
      before: own('the level before (median)'),
      after: own('the level after (median)'),
      p: { type: 'double', doc: 'the chance of such a step by accident' },
    },
    methods: {},
  },
  Correlation: {
    doc: 'What `correlation` finds.',
    ctor: Correlation,
    fields: {
      r: { type: 'double', doc: 'from −1 (opposite) over 0 (none) to 1 (together)' },
      p: { type: 'double', doc: 'the chance of it by accident' },
      n: count('pairs of points'),
    },
    methods: {},
  },
  Idle: {
    doc: 'What `idle` finds.',
    ctor: Idle,
    fields: {
      quiet_requests: count('attempts in the quietest quarter'),
      quiet_failed: count('failures in it'),
      quiet_share: share('failures of attempts in it'),
      quiet_load: { type: 'double', unit: 'rate', doc: 'attempts a second in it' },
      busy_requests: count('attempts in the busiest quarter'),
      busy_failed: count('failures in it'),
      busy_share: share('failures of attempts in it'),
      busy_load: { type: 'double', unit: 'rate', doc: 'attempts a second in it' },
    },
    methods: {},
  },
  Signature: {
    doc: 'What `signature` finds.',
    ctor: LatencySignature,
    fields: {
      name: { type: 'string', doc: 'its short name, or `none`' },
      title: { type: 'string', doc: 'what it means' },
      share: share('how much of the slow part it accounts for'),
      events: count('attempts that fit it'),
      of: count('attempts in all'),
    },
    methods: {},
  },
};
