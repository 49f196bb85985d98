import { z } from 'zod';
import { richText } from './rich-text.ts';
import { blockId, chars, items } from './text.ts';

const rawText = z.strictObject({ type: z.literal('raw_text'), text: z.string() });
const rawNumber = z.strictObject({ type: z.literal('raw_number'), value: z.number(), text: z.string() });
const cell = z.discriminatedUnion('type', [rawText, rawNumber, richText]);

export const table = z.strictObject({
  type: z.literal('table'),
  block_id: blockId,
  rows: items(items(cell, 20), 100),
  column_settings: items(
    z
      .strictObject({
        align: z.enum(['left', 'center', 'right']).optional(),
        is_wrapped: z.boolean().optional(),
      })
      .nullable(),
    20,
    0,
  ).optional(),
});

/** A header and up to 100 rows of 1 to 20 columns. */
export const dataTable = z
  .strictObject({
    type: z.literal('data_table'),
    block_id: blockId,
    caption: chars(3000),
    rows: items(items(cell, 20), 101),
    page_size: z.int().min(1).max(100).optional(),
    row_header_column_index: z.int().min(0).max(19).optional(),
  })
  .superRefine(({ rows }, context) => {
    const [header = [], ...body] = rows;
    if (header.some(({ type }) => type === 'rich_text')) {
      context.addIssue({ code: 'custom', message: 'header cells must not be rich_text', path: ['rows', 0] });
    }
    body.forEach((row, index) => {
      if (row.length === header.length) return;
      const path = ['rows', index + 1];
      context.addIssue({ code: 'custom', message: 'rows must have the same number of columns', path });
    });
  });

const point = z.strictObject({ label: chars(20), value: z.number() });
const slice = point.extend({ value: z.number().positive('must be greater than 0') });

function oneChartShape(
  {
    axis_config: { categories },
    series,
  }: {
    axis_config: { categories: readonly string[] };
    series: readonly { name: string; data: readonly { label: string }[] }[];
  },
  context: z.RefinementCtx,
) {
  const names = series.map(({ name }) => name);
  if (new Set(names).size !== names.length) {
    context.addIssue({ code: 'custom', message: 'series names must be unique', path: ['series'] });
  }
  if (new Set(categories).size !== categories.length) {
    const path = ['axis_config', 'categories'];
    context.addIssue({ code: 'custom', message: 'categories must be unique', path });
  }
  series.forEach(({ data }, index) => {
    const labels = data.map(({ label }) => label).sort();
    if (labels.join('\n') === [...categories].sort().join('\n')) return;
    const path = ['series', index, 'data'];
    context.addIssue({ code: 'custom', message: 'must have one data point for each category', path });
  });
}

const axes = <T extends 'bar' | 'area' | 'line'>(type: T) =>
  z
    .strictObject({
      type: z.literal(type),
      series: items(z.strictObject({ name: chars(20), data: items(point, 20) }), 6),
      axis_config: z.strictObject({
        categories: items(chars(20), 20),
        x_label: chars(50).optional(),
        y_label: chars(50).optional(),
      }),
    })
    .superRefine(oneChartShape);

/** https://docs.slack.dev/reference/block-kit/blocks/data-visualization-block (2026-06-16) */
export const dataVisualization = z.strictObject({
  type: z.literal('data_visualization'),
  block_id: blockId,
  title: chars(50),
  chart: z.discriminatedUnion('type', [
    z.strictObject({ type: z.literal('pie'), segments: items(slice, 6) }),
    axes('bar'),
    axes('area'),
    axes('line'),
  ]),
});
