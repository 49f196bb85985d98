import sequencing from '@jest/test-sequencer';

// Its types are those of CommonJS, where the class is one `default` further.
const TestSequencer = sequencing as unknown as typeof sequencing.default;
type Tests = Parameters<InstanceType<typeof TestSequencer>['sort']>[0];

/** Whole labs come last, when nothing else runs any more: they measure time, and want the machine for themselves. */
export default class LabsLast extends TestSequencer {
  override async sort(tests: Tests): Promise<Tests> {
    const sorted = await super.sort(tests);
    return [...sorted.filter((one) => !isLab(one)), ...sorted.filter(isLab)];
  }
}

function isLab({ path }: Tests[number]): boolean {
  return path.includes('/test/lab/runs/');
}
