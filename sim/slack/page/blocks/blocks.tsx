import type { Block } from 'slack-blocks-to-jsx';
import { ActionsBlock } from './actions-block.tsx';
import { InputBlock } from './input-block.tsx';
import { LibraryBlocks } from './library-blocks.tsx';
import { SectionWithAccessory } from './section-with-accessory.tsx';

/** Blocks as Slack shows them: the library draws what is only read, this folder what can be acted on. */
export function Blocks({ blocks }: { readonly blocks: readonly Block[] }) {
  return (
    <div className="blocks">
      {intoRuns(blocks).map((run, index) => (
        <Run key={run[0]?.block_id ?? index} run={run} />
      ))}
    </div>
  );
}

function Run({ run }: { readonly run: readonly Block[] }) {
  const [first] = run;
  if (first?.type === 'actions') return <ActionsBlock block={first} />;
  if (first?.type === 'input') return <InputBlock block={first} />;
  if (first?.type === 'section' && isInteractive(first)) return <SectionWithAccessory block={first} />;
  return <LibraryBlocks blocks={run} />;
}

/** Neighbours that the library draws stay together, so that it keeps its own spacing. */
function intoRuns(blocks: readonly Block[]): readonly (readonly Block[])[] {
  const runs: Block[][] = [];
  let open: Block[] | null = null;
  for (const block of blocks) {
    if (isInteractive(block)) {
      runs.push([block]);
      open = null;
    } else if (open === null) {
      open = [block];
      runs.push(open);
    } else {
      open.push(block);
    }
  }
  return runs;
}

function isInteractive(block: Block): boolean {
  if (block.type === 'section') return block.accessory !== undefined && block.accessory.type !== 'image';
  return block.type === 'actions' || block.type === 'input';
}
