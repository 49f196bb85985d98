export interface LabBenchFlags {
  readonly runs: string;
  readonly only?: readonly string[];
  readonly output: string;
}

export function benchLab(_flags: LabBenchFlags): Promise<void> {
  return Promise.resolve();
}
