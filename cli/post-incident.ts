import { basename, dirname, extname, join } from 'node:path';
import { changeTitle, drawChange } from '../bot/charts/change.ts';
import { drawChart } from '../bot/charts/draw.ts';
import { selectCharts } from '../bot/charts/select.ts';
import { readIncident } from '../bot/incident.ts';
import type { Records } from '../bot/records.ts';
import type { Evidence } from '../core/evidence.ts';
import { incidentOf, type Incident } from '../core/post-incident/incident.ts';
import { writePostIncident } from '../core/post-incident/write.ts';
import { plural } from '../core/text.ts';
import { fromRedis, openBundleFile, save } from './bundles.ts';

interface Picture {
  readonly title: string;
  readonly png: Buffer;
}

/** An incident with its pictures. */
export interface Told {
  readonly incident: Incident;
  readonly pictures: readonly Picture[];
}

/** What Redis holds of an incident; why there is nothing to tell is a CliError. */
export async function incidentFromRedis(redisUrl: string, cluster: string, id: string): Promise<Told> {
  return fromRedis(redisUrl, { cluster, id }, async (records, where) => {
    const read = await readIncident(records, where === cluster ? cluster : undefined, id);
    if (read.kind !== 'incident') return read;
    const { incident, evidence } = read;
    const pictures = [...drawLooks(incident, evidence), ...(await drawChanges(incident, records))];
    return { kind: 'told', incident, pictures };
  });
}

/** As far as a bundle knows: it holds nothing of what people did. */
export async function incidentFromFile(file: string): Promise<Told> {
  const bundle = await openBundleFile(file);
  const evidence = new Map(bundle.evidence.map((one) => [one.request.id, one]));
  const incident = incidentOf(bundle);
  return { incident, pictures: drawLooks(incident, evidence) };
}

function drawLooks({ report }: Incident, evidence: ReadonlyMap<string, Evidence>): Picture[] {
  return selectCharts(report, evidence).map((subject) => ({
    title: subject.title,
    png: drawChart(subject),
  }));
}

async function drawChanges({ remediations }: Incident, records: Records): Promise<Picture[]> {
  const drawn = await Promise.all(
    remediations.map(async (one) => {
      const picture = await drawChange(one, records);
      return picture === undefined ? [] : [{ title: changeTitle(one.proposal), png: picture.file }];
    }),
  );
  return drawn.flat();
}

/** The text alone. */
export function sayPostIncident({ incident, pictures }: Told): string {
  const charts = pictures.map(({ title }) => ({ title }));
  return writePostIncident(incident, charts);
}

/** Writes the text into a file and its pictures beside it, and says so on standard error. */
export async function savePostIncident({ incident, pictures }: Told, file: string): Promise<void> {
  const stem = basename(file, extname(file));
  const beside = pictures.map((picture, index) => ({ ...picture, file: `${stem}-chart-${index + 1}.png` }));
  const charts = beside.map(({ title, file: name }) => ({ title, file: name }));
  await save(file, writePostIncident(incident, charts));
  for (const { file: name, png } of beside) await save(join(dirname(file), name), png);
  const more = beside.length === 0 ? '' : `, with ${plural(beside.length, 'chart')} beside it`;
  process.stderr.write(`Written to ${file}${more}\n`);
}
