/** Ends the program with a sentence: 1 where it could not run, 2 where it was called wrongly. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly exitCode: 1 | 2;

  constructor(message: string, exitCode: 1 | 2, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = exitCode;
  }
}

/** Somebody wants the program to end. What could be closed is closed; what it still waits for may never come. */
export class Interrupted extends CliError {
  constructor() {
    super('Interrupted.', 1);
  }
}
