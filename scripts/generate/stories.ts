import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import * as z from 'zod';
import { writeBundle } from '../../core/bundle.ts';
import { makeBundle } from '../../core/make-bundle.ts';
import { unavailable, type Evidence, type EvidenceRequest, type Observation } from '../../core/evidence.ts';
import { nextStep } from '../../core/next-step.ts';
import { planFor, type Plan } from '../../core/plan.ts';
import { AttemptRow } from '../../core/playbook/attempt-notation.ts';
import { attempted, Given, observationOf } from '../../core/playbook/given.ts';
import type { Library } from '../../core/playbook/library.ts';
import { playbooksFor, recordPlaybooks } from '../../core/playbook/recorded.ts';
import { buildReport } from '../../core/report.ts';
import { parseCommand } from '../../core/request.ts';
import { Target } from '../../core/target.ts';
import { loadPlaybooks } from '../../platform/playbooks.ts';
import { version } from '../../platform/version.ts';

const folder = join(import.meta.dirname, '../../docs/stories');

/** A published story as its numbers tell it: what was seen, where it says so, and what had to be assumed. */
const Story = z.strictObject({
  story: z.string(),
  /** What is asked, as after `/netcheck`. */
  ask: z.string(),
  at: z.iso.datetime(),
  target: Target.partial(),
  evidence: z.record(
    z.string(),
    z.strictObject({
      /** The story's own words or numbers. */
      says: z.array(z.string()).min(1),
      /** What it does not tell and a look has to have. */
      assumed: z.string().optional(),
      given: Given.optional(),
      attempts: z.array(AttemptRow).optional(),
    }),
  ),
});
type Story = z.infer<typeof Story>;

/** `docs/stories/<name>.bundle.json` by path, each made from the story beside it and the shipped playbooks. */
export async function storyBundles(): Promise<Readonly<Record<string, () => string>>> {
  const { library } = await loadPlaybooks();
  const names = readdirSync(folder).flatMap((file) => /^(.*)\.yaml$/.exec(file)?.[1] ?? []);
  return Object.fromEntries(
    names.map((name) => [`docs/stories/${name}.bundle.json`, () => bundleOfStory(name, library)]),
  );
}

function bundleOfStory(name: string, library: Library): string {
  const story = Story.parse(parse(readFileSync(join(folder, `${name}.yaml`), 'utf8'), { merge: true }));
  const symptoms = library.symptoms.map(({ id }) => id);
  const command = parseCommand(story.ask, symptoms);
  if (command.kind !== 'triage' || command.request.subject.kind !== 'named')
    throw new Error(`${name}: ${story.ask} is no request`);
  const { request } = command;
  const target = targetOf(story, command.request.subject);
  const to = Date.parse(story.at) / 1000;
  const window = { from: to - request.windowSeconds, to };
  const planned = planFor(library, request.symptom, { target, window });
  const evidence = lookedAt(story, planned);
  const inquiry = { id: name, target, symptom: request.symptom, plan: planned, startedAt: to * 1000 };
  const report = buildReport(inquiry, evidence, to * 1000);
  return writeBundle(
    makeBundle({
      netcheck: version,
      recordedAt: to * 1000,
      investigation: { id: name, request, startedAt: to * 1000 },
      settled: { target, window },
      playbooks: playbooksFor(
        recordPlaybooks(library),
        request.symptom,
        report.hypotheses.map(({ cause }) => cause),
      ),
      evidence: [...evidence.values()],
      report,
      notes: [story.story, ...notesOf(story)],
    }),
  );
}

function targetOf(
  { target, ask }: Story,
  { service, namespace = 'default' }: { readonly service: string; readonly namespace?: string | undefined },
): Target {
  const destination = /\sto\s(\S+)/.exec(ask)?.[1];
  return Target.parse({
    service,
    namespace,
    pods: [],
    nodes: [],
    ...target,
    ...(destination !== undefined && { destination }),
  });
}

/** Goes through the investigation as it would have gone; what the story does not tell could not be looked at. */
function lookedAt(story: Story, planned: Plan): ReadonlyMap<string, Evidence> {
  const evidence = new Map<string, Evidence>();
  const told = new Set<string>();
  for (;;) {
    const step = nextStep(planned, evidence);
    if (step.kind === 'done') break;
    for (const request of step.requests) {
      told.add(request.id);
      evidence.set(request.id, { request, observation: observed(story, request), tookMs: 0 });
    }
  }
  const untold = Object.keys(story.evidence).filter((id) => !told.has(id));
  if (untold.length > 0) throw new Error(`${story.story}: nobody asks for ${untold.join(', ')}`);
  return evidence;
}

function observed({ evidence }: Story, request: EvidenceRequest): Observation {
  const told = evidence[request.id];
  if (told?.attempts !== undefined) return attempted(told.attempts);
  if (told?.given === undefined) return unavailable('no-data', 'the story does not tell');
  const observation = observationOf(request.title, told.given);
  if (observation.status === 'unavailable' || request.source !== 'promql') return observation;
  const { window, step = 0 } = request;
  const series = observation.series?.map(({ labels, points }) => ({
    labels,
    points: points.map(([, value], i): [number, number] => [window.from + (i + 1) * step, value]),
  }));
  return { ...observation, ...(series && { series }) };
}

function notesOf({ evidence }: Story): string[] {
  return Object.entries(evidence).map(([id, { says, assumed }]) => {
    const but = assumed === undefined ? '' : ` Assumed, because the story does not tell: ${assumed}.`;
    return `${id}: ${says.map((one) => `“${one}”`).join('; ')}.${but}`;
  });
}
