import { Cannot } from '../cannot.ts';
import { Certificates } from '../certificates.ts';
import { connect } from '../connect.ts';
import { closePolitely, prepareTls, servernameOf, shake } from '../handshake.ts';
import { Patience } from '../patience.ts';
import type { Attempt, Outcome, Run } from '../run.ts';

/** How handshakes went, with SNI and without. */
interface Tally {
  ok: number;
  /** After a connect that stood. */
  failed: number;
}
type Sni = 'on' | 'off';

/**
 * Connects and shakes hands, again and again. An attempt is ok when the handshake is complete, whatever the certificate:
 * that is in the facts, and in the labels `certificate` and `valid_to`. `ms` is connect and handshake; `total` has the look-up of the name as well.
 */
export async function probe(run: Run): Promise<void> {
  const certificates = new Certificates();
  const tallies: Record<Sni, Tally> = { on: { ok: 0, failed: 0 }, off: { ok: 0, failed: 0 } };
  checkOptions(run);
  prepareTls();
  if (run.task.options.proxied === true)
    run.notes.add('in a meshed pod the sidecar answers the connect: only the handshake tells of the far end');
  await run.each((attempt) => shakeOnce(run, attempt, certificates, tallies));

  Object.assign(run.facts, certificates.facts());
  for (const note of certificates.notes()) run.notes.add(note);
  const { on, off } = tallies;
  if (on.ok > 0 && off.ok > 0) run.facts['sni_needed'] = false;
  else if (on.ok > 0 && off.failed > 0) run.facts['sni_needed'] = true;
}

async function shakeOnce(
  run: Run,
  attempt: Attempt,
  certificates: Certificates,
  tallies: Record<Sni, Tally>,
): Promise<Outcome> {
  const patience = new Patience(run.task.timeout, attempt.signal);
  const { sni, index } = turnOf(run, attempt);
  const connected = await connect(run, { ...attempt, index }, { patience });
  if ('failure' in connected) {
    const { failure } = connected;
    return { ...failure, labels: { ...failure.labels, sni } };
  }
  const { socket, reached, sourcePort, phases } = connected;
  const servername = sni === 'on' ? servernameOf(run, attempt.target) : undefined;
  const shaken = await shake(socket, patience, servername);
  const ms = connected.ms + shaken.ms;
  const outcome = {
    ms,
    phases: { ...phases, tls: shaken.ms, total: ms + (phases.dns ?? 0) },
    address: reached.address,
    sourcePort,
    labels: { backend: reached.address, sni },
  };
  if ('error' in shaken) {
    tallies[sni].failed += 1;
    if (shaken.error === 'timeout')
      run.notes.add('there are timeouts in the handshake, after the connect was answered');
    return { ok: false, error: shaken.error, ...outcome };
  }
  tallies[sni].ok += 1;
  const shown = certificates.add(shaken.value, servername, reached.address);
  closePolitely(shaken.value);
  return { ok: true, ...outcome, labels: { ...outcome.labels, ...shown } };
}

/** Throws Cannot if a name is to be asked for and there is none. */
function checkOptions(run: Run): void {
  const { sni } = run.task.options;
  for (const target of run.task.targets)
    if (servernameOf(run, target) === undefined && (sni === 'on' || sni === 'both'))
      throw new Cannot(
        'rejected',
        `Unexpected end, expected a servername: ${target.host} is no name to ask for`,
      );
}

/**
 * Whether this attempt asks for a name, and which turn it is in the round of addresses: with and without SNI take turns at
 * the same address, lest a bad backend look like one of the two.
 */
function turnOf(run: Run, { index, target }: Attempt): { readonly sni: Sni; readonly index: number } {
  const { sni = servernameOf(run, target) === undefined ? 'off' : 'on' } = run.task.options;
  if (sni !== 'both') return { sni, index };
  const { length } = run.task.targets;
  const turn = Math.floor(index / length);
  return { sni: turn % 2 === 0 ? 'on' : 'off', index: Math.floor(turn / 2) * length + (index % length) };
}
