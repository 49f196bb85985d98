/** What a program is told: by its environment, and by nothing else. An empty variable is one that is not set. */
export const settings = {
  /** Throws where it is not set and there is no default. */
  text(name: string, otherwise?: string): string {
    const value = given(name) ?? otherwise;
    if (value === undefined) throw new Error(`${name} is not set`);
    return value;
  },

  number(name: string, otherwise?: number): number {
    const value = given(name);
    const number = value === undefined ? otherwise : Number(value);
    if (number === undefined) throw new Error(`${name} is not set`);
    if (!Number.isFinite(number)) throw new Error(`Unexpected ${name} "${value}", expected a number`);
    return number;
  },

  /** Parts between commas, none where it is not set. */
  list(name: string, otherwise = ''): readonly string[] {
    return settings
      .text(name, otherwise)
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== '');
  },

  optional: given,
};

function given(name: string): string | undefined {
  const value = process.env[name];
  return value === '' ? undefined : value;
}
