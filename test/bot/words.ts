/** All that a message says to the eye, block by block. */
export function wordsOf({ blocks = [] }: { readonly blocks?: readonly unknown[] | undefined }): string {
  const texts: string[] = [];
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    for (const [key, value] of Object.entries(node)) {
      if (key === 'text' && typeof value === 'string') texts.push(value);
      else visit(value);
    }
  };
  visit(blocks);
  return texts.join('\n');
}
