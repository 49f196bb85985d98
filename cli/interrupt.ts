/**
 * Resolves when somebody wants the program to end. Further signals change nothing: npm passes Ctrl-C on to a program that
 * the terminal has told already, and what was started has to be closed in peace.
 */
export function untilInterrupted(): Promise<'interrupted'> {
  return new Promise((resolve) => {
    process.on('SIGINT', () => resolve('interrupted'));
    process.on('SIGTERM', () => resolve('interrupted'));
  });
}
