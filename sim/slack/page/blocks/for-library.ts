import type { Block, ImageBlock, TableBlock } from 'slack-blocks-to-jsx';

/** What Slack takes in a table and the library (1.1) does not know yet. */
interface AnyTable {
  readonly type: 'table' | 'data_table';
  readonly rows: readonly (readonly (
    TableBlock['rows'][number][number] | { type: 'raw_number'; text: string }
  )[])[];
  readonly column_settings?: readonly (NonNullable<TableBlock['column_settings']>[number] | null)[];
}

/** A block in the form that the library draws. */
export function forLibrary(block: Block | AnyTable): Block {
  if (block.type === 'image') return withLocalImage(block);
  return isTable(block) ? asTable(block) : block;
}

const isTable = (block: Block | AnyTable): block is AnyTable => ['table', 'data_table'].includes(block.type);

/** An image that names an uploaded file is served by the workspace itself. */
function withLocalImage(block: ImageBlock): Block {
  if (block.slack_file === undefined) return block;
  const { slack_file, ...image } = block;
  const url = slack_file.id === undefined ? slack_file.url : `/files/${slack_file.id}`;
  return url === undefined ? block : { ...image, image_url: url };
}

const asTable = ({ rows, column_settings = [] }: AnyTable): TableBlock => ({
  type: 'table',
  rows: rows.map((row) =>
    row.map((cell) => (cell.type === 'raw_number' ? { type: 'raw_text', text: cell.text } : cell)),
  ),
  column_settings: column_settings.map((setting) => setting ?? {}),
});
