/** A block, element or view once it has passed validation: JSON of a known type. */
export interface Json {
  readonly type: string;
  readonly [key: string]: unknown;
}

export const isJson = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';

/** Every typed object inside a value, outermost first. */
export function* nodes(value: unknown): Generator<Json> {
  if (Array.isArray(value)) {
    for (const item of value) yield* nodes(item);
  } else if (typeof value === 'object' && value !== null) {
    if (isJson(value)) yield value;
    for (const item of Object.values(value)) yield* nodes(item);
  }
}

const text = ({ text: value }: Json) => (typeof value === 'string' ? value.length : 0);

/** The characters a reader would see in these blocks: what Slack's undocumented total is counted on. */
export function textLength(blocks: readonly Json[]): number {
  return [...nodes(blocks)].reduce((sum, node) => sum + text(node), 0);
}

/** The characters of all blocks of one type. */
export function textLengthOf(type: string, blocks: readonly Json[]): number {
  return blocks.filter((block) => block.type === type).reduce((sum, block) => sum + textLength([block]), 0);
}
