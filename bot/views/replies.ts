import type { KnownBlock } from '@slack/types';
import { formatDuration } from '../../core/duration.ts';
import { defaultWindowSeconds, type CommandProblem } from '../../core/request.ts';
import { context, section, type Message } from './message.ts';
import type { ListedSymptom } from './playbooks.ts';
import { bold, code, codeBlock, fallback, line, link } from './text.ts';

/** What the person who typed the command alone sees. */

const examples = [
  '/netcheck checkout',
  '/netcheck checkout.shop to api.stripe.com:443',
  '/netcheck cart since 2h',
];

/** `why` says why it comes unasked. */
export function helpMessage(symptoms: readonly ListedSymptom[], why?: string): Message {
  const ids = symptoms.map(({ id }) => id).join(' | ');
  const causes = new Set(symptoms.flatMap((symptom) => symptom.causes.map(({ title }) => title))).size;
  const said = `netcheck finds why a service is unreachable, by elimination: it checks ${causes} known causes against metrics and the cluster, and says what it ruled out, what it confirmed and what it could not see.`;
  return {
    text: fallback(said),
    blocks: [
      ...(why === undefined ? [] : [section(line(why, 300))]),
      section(line(said, 600)),
      section(
        codeBlock(
          [
            '/netcheck                a form to fill in',
            '/netcheck <service>[.<namespace>] [to <host>[:<port>]] [since <time>] [<symptom>]',
            '/netcheck playbooks      symptoms and their causes',
            '/netcheck status         investigations of this cluster, approvals, health',
            '/netcheck stats [7d]     what came of them, and what could not be looked at',
            '/netcheck cancel [<id>]  stop one',
            '/netcheck mute [<time>]  start nothing by itself in this channel',
            '/netcheck unmute         the end of that',
            '/netcheck watch [<id>]   look again and again, say what changes; unwatch ends it',
            '/netcheck export [<id>]  what happened, found and done, as a file',
            '/netcheck note <id> <text>  add what you saw to its evidence',
          ].join('\n'),
        ),
      ),
      section(`${bold('Examples')}\n${examples.map((example) => code(example)).join('\n')}`),
      context(
        line(
          `In threads write @netcheck instead, with nothing behind it for what the thread is about; or choose "Triage with netcheck" in the menu of a message. Looks at the last ${formatDuration(defaultWindowSeconds)} unless told otherwise. Symptoms: ${ids}. It reads only; a change needs a person's approval.`,
          900,
        ),
      ),
    ],
  };
}

/** Shows the words as typed, and points at the one that was not understood. */
export function problemMessage(
  text: string,
  problem: CommandProblem,
  command: '/netcheck' | '@netcheck' = '/netcheck',
): Message {
  const typed = `${command} ${text}`;
  const column = `${command} `.length + problem.column - 1;
  const [simple = '', precise = ''] = examples.map((example) => example.replace('/netcheck', command));
  // A caret only points where the line is short enough not to wrap.
  const pointed = typed.length <= 100 ? `${typed}\n${' '.repeat(column)}^` : typed;
  return {
    text: fallback(`${problem.message}. Example: ${simple}`),
    blocks: [
      section(codeBlock(pointed, 600)),
      section(
        `${line(problem.message, 900)}\nFor example ${code(precise)}. ${code(`${command} help`)} says more.`,
      ),
    ],
  };
}

/** One plain sentence. */
export function sentence(text: string): Message & { readonly blocks: KnownBlock[] } {
  return { text: fallback(text), blocks: [section(line(text, 2000))] };
}

/** What came of an export, with the way to it. */
export function exportedMessage({
  said,
  permalink,
}: {
  readonly said: string;
  readonly permalink?: string;
}): Message {
  const { text } = sentence(said);
  const where = permalink === undefined ? '' : ` ${link(permalink, 'Open')}`;
  return { text, blocks: [section(`${line(said, 2000)}${where}`)] };
}
