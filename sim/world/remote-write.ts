/** Of one series: unix seconds and the value, or its end. */
export type WrittenSample = readonly [number, number | 'stale'];

export interface WrittenSeries {
  /** The metric's name is `__name__`. */
  readonly labels: Readonly<Record<string, string>>;
  readonly samples: readonly WrittenSample[];
}

/**
 * Puts samples of any time into a Prometheus that receives remote writes (each series in the order of time), NaN and the
 * ends of series included, for which OpenMetrics has no word.
 * https://prometheus.io/docs/specs/prw/remote_write_spec/
 */
export async function remoteWrite(prometheusUrl: string, series: readonly WrittenSeries[]): Promise<void> {
  const answer = await fetch(new URL('api/v1/write', prometheusUrl), {
    method: 'POST',
    headers: {
      'content-type': 'application/x-protobuf',
      'content-encoding': 'snappy',
      'x-prometheus-remote-write-version': '0.1.0',
    },
    body: snappy(Buffer.concat(series.map(timeSeries))),
  });
  if (!answer.ok) throw new Error(`Prometheus did not take the samples: ${await answer.text()}`);
}

/** `repeated TimeSeries timeseries = 1`, of `repeated Label labels = 1; repeated Sample samples = 2`. */
function timeSeries({ labels, samples }: WrittenSeries): Buffer {
  // The receiver wants labels sorted by name.
  const sorted = Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1));
  return field(1, [
    ...sorted.map(([name, value]) =>
      field(1, [field(1, [Buffer.from(name)]), field(2, [Buffer.from(value)])]),
    ),
    ...samples.map((one) => field(2, [sample(one)])),
  ]);
}

/** A NaN of its own, by which Prometheus marks the end of a series (`model/value/value.go`). */
const staleNaN = 0x7ff0_0000_0000_0002n;

/** `double value = 1; int64 timestamp = 2`, in milliseconds. */
function sample([seconds, value]: WrittenSample): Buffer {
  const bytes = Buffer.alloc(8);
  if (value === 'stale') bytes.writeBigUInt64LE(staleNaN);
  else bytes.writeDoubleLE(value);
  return Buffer.concat([Buffer.from([0x09]), bytes, Buffer.from([0x10]), varint(Math.round(seconds * 1000))]);
}

function field(number: number, content: readonly Buffer[]): Buffer {
  const length = content.reduce((sum, one) => sum + one.length, 0);
  return Buffer.concat([Buffer.from([(number << 3) | 2]), varint(length), ...content]);
}

function varint(number: number): Buffer {
  const bytes: number[] = [];
  let rest = number;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  return Buffer.from([...bytes, rest]);
}

const longestLiteral = 65_536;

/** Snappy's block format without compression: the length, then literals. github.com/google/snappy, format_description.txt */
function snappy(data: Buffer): Buffer {
  const literals: Buffer[] = [];
  for (let at = 0; at < data.length; at += longestLiteral) {
    const literal = data.subarray(at, at + longestLiteral);
    const length = literal.length - 1;
    literals.push(Buffer.from([61 << 2, length & 255, length >> 8]), literal);
  }
  return Buffer.concat([varint(data.length), ...literals]);
}
