import { describe, expect, test } from '@jest/globals';
import {
  causesFor,
  overlay,
  parseLibrary,
  unreachedCauses,
  type Library,
  type PlaybookFile,
} from '../../../core/playbook/library.ts';
import { withoutSection } from '../../../core/playbook/markdown.ts';
import { formatProblem } from '../../../core/playbook/problem.ts';
import { causeFile as wholeCause, symptomFile } from '../../support/own-playbooks.ts';

/** A cause with no cases, which is soon read. */
function causeFile(id: string, title: string): string {
  return `${withoutSection(wholeCause(id, title), 'Cases')}\n## Cases\n\n\`\`\`yaml\n[]\n\`\`\`\n`;
}

const cause: PlaybookFile = {
  name: 'causes/no-ready-endpoints.md',
  path: 'playbooks/causes/no-ready-endpoints.md',
  source: causeFile('no-ready-endpoints', 'Nobody is at home'),
};

function symptom(links: string, id = 'broken'): PlaybookFile {
  return {
    name: 'broken.md',
    path: 'playbooks/broken.md',
    source: `---\nid: ${id}\ntitle: Broken\nwhen: It is broken\n---\n\nProse.\n\n## Causes\n\n${links}\n`,
  };
}

function problemsOf(file: PlaybookFile): string[] {
  const parsed = parseLibrary([file, cause]);
  return 'problems' in parsed ? parsed.problems.map(formatProblem) : [];
}

describe('parseLibrary', () => {
  test('takes the causes of a symptom from its links, in their order', () => {
    expect(problemsOf(symptom('- [One](causes/no-ready-endpoints.md): why'))).toEqual([]);
  });

  test.each([
    [
      'link to a cause that is not there',
      symptom('- [One](causes/no-ready-endpoints.md)\n- [Two](causes/no-such.md)'),
      '12:3 Unexpected link causes/no-such.md, expected a file of causes/',
    ],
    [
      'link out of the folder',
      symptom('- [Two](../causes/no-ready-endpoints.md)'),
      '11:3 Unexpected link ../causes/no-ready-endpoints.md, expected a file of causes/',
    ],
    [
      'id of another file',
      symptom('- [One](causes/no-ready-endpoints.md)', 'other'),
      '2:1 Unexpected id other, expected broken, the name of the file',
    ],
    [
      'no list of causes',
      symptom('None.'),
      '1:1 Unexpected end, expected a section "## Causes" with a list of links',
    ],
  ])('%s', (_, file, said) => {
    expect(problemsOf(file)).toEqual([`playbooks/broken.md:${said}`]);
  });

  test('reports the mistakes of every file at once, in the order of their names', () => {
    const parsed = parseLibrary([
      { name: 'causes/b.md', path: 'playbooks/causes/b.md', source: '' },
      { name: 'causes/a.md', path: 'playbooks/causes/a.md', source: '' },
    ]);
    const files = 'problems' in parsed ? parsed.problems.map(({ file }) => file) : [];
    expect([...new Set(files)]).toEqual(['playbooks/causes/a.md', 'playbooks/causes/b.md']);
  });

  test('knows which causes one may be like', () => {
    const links = '[One](no-ready-endpoints.md) and [a symptom](broken.md)';
    const like = `${causeFile('like', 'Like')}\n## Look-alikes\n\n${links}\n`;
    const line = like.trimEnd().split('\n').length;
    expect(problemsOf({ name: 'causes/like.md', path: 'causes/like.md', source: like })).toEqual([
      `causes/like.md:${line}:34 Unexpected link broken.md, expected the file of another cause, as in conntrack-table-full.md`,
    ]);
  });
});

describe('overlay', () => {
  const named =
    (folder: string) =>
    ([name, source]: readonly [string, string]): PlaybookFile => ({
      name,
      path: `${folder}/${name}`,
      source,
    });
  const shipped = [
    ['slow.md', symptomFile('slow', 'Slow', 'queue', 'throttling')] as const,
    ['down.md', symptomFile('down', 'Down', 'queue')] as const,
    ['causes/queue.md', causeFile('queue', 'A queue overflows')] as const,
    ['causes/throttling.md', causeFile('throttling', 'Somebody is throttled')] as const,
  ].map(named('playbooks'));

  function overlaid(own: Readonly<Record<string, string>>): ReturnType<typeof parseLibrary> {
    return parseLibrary(overlay(shipped, Object.entries(own).map(named('/etc/own'))));
  }

  function titles({ symptoms, causes }: Library): Record<string, string[]> {
    return Object.fromEntries(
      symptoms.map((one) => [one.title, one.causes.map((id) => causes.get(id)?.title ?? '')]),
    );
  }

  const unchanged = { Slow: ['A queue overflows', 'Somebody is throttled'], Down: ['A queue overflows'] };

  test.each<[string, Record<string, string>, Record<string, string[]>]>([
    ['nothing', {}, unchanged],
    [
      'a cause of the same name',
      { 'causes/queue.md': causeFile('queue', 'Our queue overflows') },
      { Slow: ['Our queue overflows', 'Somebody is throttled'], Down: ['Our queue overflows'] },
    ],
    [
      'a symptom that lists shipped causes and own ones',
      {
        'odd.md': symptomFile('odd', 'Odd', 'throttling', 'moon'),
        'causes/moon.md': causeFile('moon', 'The moon is full'),
      },
      { ...unchanged, Odd: ['Somebody is throttled', 'The moon is full'] },
    ],
    [
      'a symptom of the same name that lists other causes',
      {
        'slow.md': symptomFile('slow', 'Slow here', 'moon', 'queue'),
        'causes/moon.md': causeFile('moon', 'The moon is full'),
      },
      { 'Slow here': ['The moon is full', 'A queue overflows'], Down: ['A queue overflows'] },
    ],
  ])('%s on top', (_name, own, expected) => {
    const parsed = overlaid(own);
    expect('library' in parsed && titles(parsed.library)).toEqual(expected);
  });

  test('a cause that every symptom leaves out is looked at no more', () => {
    const parsed = overlaid({ 'slow.md': symptomFile('slow', 'Slow', 'queue') });
    if ('problems' in parsed) throw new Error(parsed.problems.map(formatProblem).join('\n'));
    expect(causesFor(parsed.library, undefined).map(({ id }) => id)).toEqual(['queue']);
    expect(unreachedCauses(parsed.library).map(({ id }) => id)).toEqual(['throttling']);
  });

  test('says of each file where it comes from', () => {
    const own = [named('own')(['causes/queue.md', '']), named('own')(['causes/moon.md', ''])];
    expect(overlay(shipped, own).map(({ name, origin }) => [name, origin])).toEqual([
      ['causes/moon.md', 'added'],
      ['causes/queue.md', 'overriding'],
      ['causes/throttling.md', 'shipped'],
      ['down.md', 'shipped'],
      ['slow.md', 'shipped'],
    ]);
  });

  test.each<[string, Record<string, string>, string]>([
    [
      'an own cause',
      { 'causes/queue.md': causeFile('kueue', 'Q') },
      '/etc/own/causes/queue.md:2:1 Unexpected id kueue, expected queue, the name of the file',
    ],
    [
      'an own symptom',
      { 'odd.md': symptomFile('odd', 'Odd', 'moon') },
      '/etc/own/odd.md:11:3 Unexpected link causes/moon.md, expected a file of causes/',
    ],
  ])('a mistake in %s is reported where that file is', (_name, own, said) => {
    const parsed = overlaid(own);
    expect('problems' in parsed && parsed.problems.map(formatProblem)).toEqual([said]);
  });
});

describe('causesFor', () => {
  const likeOthers = (id: string, ...doubles: readonly string[]): string =>
    `${causeFile(id, id)}\n## Look-alikes\n\n${doubles.map((one) => `- [${one}](${one}.md)\n`).join('')}`;
  const ids = (name?: string, unconcerned = ''): string[] => {
    const parsed = parseLibrary(
      Object.entries({
        'down.md': symptomFile('down', 'Down', 'queue', 'crash'),
        'slow.md': symptomFile('slow', 'Slow', 'throttling', 'queue'),
        'causes/crash.md': likeOthers('crash'),
        'causes/moon.md': likeOthers('moon', 'queue', 'tide'),
        'causes/queue.md': likeOthers('queue'),
        'causes/throttling.md': likeOthers('throttling', 'moon'),
        'causes/tide.md': likeOthers('tide'),
        'causes/unheard.md': likeOthers('unheard'),
      }).map(([file, source]) => ({ name: file, path: file, source })),
    );
    if ('problems' in parsed) throw new Error(parsed.problems.map(formatProblem).join('\n'));
    return causesFor(parsed.library, name, ({ id }) => id !== unconcerned).map(({ id }) => id);
  };

  test.each([
    ['those of one symptom, in its order', 'down', ['queue', 'crash']],
    [
      'then what they could be mistaken for, and that in turn',
      'slow',
      ['throttling', 'queue', 'moon', 'tide'],
    ],
    ['those of every symptom once', undefined, ['queue', 'crash', 'throttling', 'moon', 'tide']],
    ['none for a symptom that nobody wrote down', 'no-such-symptom', []],
  ])('gives %s', (_, name, expected) => {
    expect(ids(name)).toEqual(expected);
  });

  test('what does not concern the target is mistaken for nothing', () => {
    expect(ids('slow', 'moon')).toEqual(['throttling', 'queue', 'moon']);
  });
});
