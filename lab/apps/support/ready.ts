/** Tells who started the program that it serves. */
export function ready(): void {
  process.stdout.write('ready\n');
}
