import type { Window } from '../../core/evidence.ts';
import type { Case } from '../../core/playbook/cases.ts';
import { startPrometheus } from '../../sim/world/prometheus.ts';
import { remoteWrite, type WrittenSample } from '../../sim/world/remote-write.ts';
import { createMetricsReader } from '../../workers/adapters/prometheus.ts';
import type { MetricsReader } from '../../workers/ports.ts';

interface StatedPrometheus {
  readonly reader: MetricsReader;
  readonly close: () => Promise<void>;
}

/** A Prometheus that has scraped what each case states, each in its own window. */
export async function statePrometheus(
  cases: readonly { readonly tested: Case; readonly window: Window }[],
): Promise<StatedPrometheus> {
  const prometheus = await startPrometheus({ targets: [], receives: true });
  try {
    // One after the other: Prometheus takes each series in the order of time.
    for (const { tested, window } of cases) {
      const series = tested.series.map(({ labels, samples }) => ({
        labels,
        samples: samples.flatMap((sample, index): WrittenSample[] =>
          sample === undefined ? [] : [[window.from + index * tested.intervalSeconds, sample]],
        ),
      }));
      if (series.length > 0) await remoteWrite(prometheus.url, series);
    }
    return { reader: createMetricsReader({ url: prometheus.url }), close: () => prometheus.close() };
  } catch (error) {
    await prometheus.close();
    throw error;
  }
}
