import { Option, type Command } from 'commander';
import { proberKinds, type ProbeOptions, type ProberKind } from '../../core/probe-task.ts';
import { CliError } from '../error.ts';
import { kindsByHand } from '../probe/kinds.ts';
import { runProbe, type ProbeFlags } from '../probe/probe.ts';
import { settings, type Setting, type SettingName } from '../probe/settings.ts';

export function addProbeCommand(program: Command): void {
  const probe = program
    .command('probe')
    .description('make one probe by hand, from this machine, a pod or a node')
    // What each takes is in its own help: so each kind has one line.
    .configureHelp({ subcommandTerm: (command) => command.name() });
  for (const kind of proberKinds) addKind(probe, kind);
  probe.addHelpText(
    'after',
    '\nnetcheck probe <kind> --help tells what it measures. docs/probing-by-hand.md has examples.',
  );
}

function addKind(probe: Command, kind: ProberKind): void {
  const { summary, measures, settings: own } = kindsByHand[kind];
  const command = probe.command(kind).summary(summary).description(measures);
  addTargets(command, kind);
  for (const name of own)
    command.addOption(new Option(settings[name].flags, settings[name].says).helpGroup('What:'));
  if (kind !== 'counters') addPace(command, kind);
  addPlaces(command);
  command.action(async (...args: unknown[]) => {
    const flags = command.opts<ProbeFlags>();
    const words = typeof args[0] === 'string' ? [args[0]] : Array.isArray(args[0]) ? args[0].map(String) : [];
    if (kind === 'ladder' && flags.rung === undefined)
      throw new CliError('Unexpected end, expected --rung name=host:port, from the lowest on', 2);
    await runProbe(kind, words, optionsOf(own, command), flags);
  });
}

function addTargets(command: Command, kind: ProberKind): void {
  switch (kindsByHand[kind].takes) {
    case 'addresses':
      command.argument('<target...>', 'host:port, or several that are taken in turn');
      break;
    case 'hosts':
      command.argument('<target...>', 'host or host:port');
      break;
    case 'name':
      command.argument('<name>', 'to look up');
      command.addOption(
        repeated('--server <address>', 'a DNS server to ask; several are asked in turn', 'What:'),
      );
      command.addOption(new Option('--tcp', 'ask over TCP').helpGroup('What:'));
      break;
    case 'rungs':
      command.addOption(
        repeated('--rung <name=host:port>', 'one rung, from the lowest on; again for each', 'What:'),
      );
      break;
    case 'nothing':
      break;
  }
}

function addPace(command: Command, kind: ProberKind): void {
  const { attempts, pace, timeout } = kindsByHand[kind].usual;
  const options = [
    ['-c, --attempts <n>', `in all; ${attempts} unless given`],
    ['--pace <seconds>', `between the starts of two attempts; ${pace} unless given`],
    ['--timeout <seconds>', `of one attempt; ${timeout} unless given`],
    ['--deadline <seconds>', 'ends it with what it has'],
    ['--concurrency <n>', 'attempts under way at once'],
  ] as const;
  for (const [flags, says] of options) command.addOption(new Option(flags, says).helpGroup('How often:'));
}

function addPlaces(command: Command): void {
  const from = 'From where:';
  command
    .addOption(
      repeated(
        '--from <place>',
        'local, pod/<name> or node/<name>; several run side by side and are compared',
        from,
      ),
    )
    .addOption(
      new Option('-n, --namespace <name>', "of the pods of --from; the kubeconfig's unless given").helpGroup(
        from,
      ),
    )
    .addOption(
      new Option(
        '--past-sidecar',
        "as the sidecar's user, whose traffic is not redirected (pod/<name>:past-sidecar for one of several)",
      ).helpGroup(from),
    )
    .addOption(
      new Option(
        '--pod-network',
        'a pod on the pod network of that node, not on its own (node/<name>:pod-network)',
      ).helpGroup(from),
    )
    .addOption(new Option('--meshed', 'the same with a sidecar (node/<name>:meshed)').helpGroup(from))
    .addOption(
      repeated('--allow <network>', 'may be probed although loopback or refused', 'Which addresses:'),
    )
    .addOption(
      repeated('--refuse <network>', 'is not probed, whatever a name stands for', 'Which addresses:'),
    )
    .option('-o, --output <format>', 'text or json', 'text');
}

function repeated(flags: string, says: string, group: string): Option {
  return new Option(flags, says)
    .argParser((value: string, before: readonly string[] | undefined) => [...(before ?? []), value])
    .helpGroup(group);
}

/** What the options of the kind say, each read where it was typed. */
function optionsOf(names: readonly SettingName[], command: Command): ProbeOptions {
  return names.reduce((all: ProbeOptions, name) => ({ ...all, ...readSetting(settings[name], command) }), {});
}

function readSetting(setting: Setting, command: Command): ProbeOptions {
  const option = new Option(setting.flags);
  const where = option.long ?? setting.flags;
  const value: unknown = command.getOptionValue(option.attributeName());
  if (typeof value === 'string') return setting.read(value, where);
  // `--tls` is told by true, `--no-tls` by false.
  return value === !option.negate ? setting.read('', where) : {};
}
