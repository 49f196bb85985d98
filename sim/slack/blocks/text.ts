import { z } from 'zod';

/** A string of 1 to `max` characters, refused in Slack's words. */
export const chars = (max: number, min = 1) =>
  z
    .string()
    .min(min, `must be more than ${min - 1} characters`)
    .max(max, `must be less than ${max + 1} characters`);

/** An array of `min` to `max` items, refused in Slack's words. */
export const items = <T extends z.ZodType>(item: T, max: number, min = 1) =>
  z.array(item).min(min, `no fewer than ${min} items allowed`).max(max, `no more than ${max} items allowed`);

export const blockId = chars(255).optional();
export const actionId = chars(255).optional();

export const plainText = (max: number) =>
  z.strictObject({ type: z.literal('plain_text'), text: chars(max), emoji: z.boolean().optional() });

export const mrkdwn = (max: number) =>
  z.strictObject({ type: z.literal('mrkdwn'), text: chars(max), verbatim: z.boolean().optional() });

export const anyText = (max: number) => z.discriminatedUnion('type', [plainText(max), mrkdwn(max)]);

const url = chars(3000).regex(/^https?:\/\//, 'must be a valid URL');

/** https://docs.slack.dev/reference/block-kit/composition-objects/confirmation-dialog-object */
export const confirm = z.strictObject({
  title: plainText(100).optional(),
  text: anyText(300),
  confirm: plainText(30).optional(),
  deny: plainText(30).optional(),
  style: z.enum(['primary', 'danger']).optional(),
});

const optionOf = <T extends z.ZodType>(text: T) =>
  z.strictObject({ text, value: chars(150), description: plainText(75).optional() });

export const option = optionOf(plainText(75));
export const richOption = optionOf(anyText(75));
export const overflowOption = option.extend({ url: url.optional() });

export const optionGroup = z.strictObject({ label: plainText(75), options: items(option, 100) });

const slackFile = z.union([z.strictObject({ id: z.string() }), z.strictObject({ url: z.string() })]);

export const imageSource = {
  alt_text: chars(2000),
  image_url: url.optional(),
  slack_file: slackFile.optional(),
};

/** An image shows exactly one of a URL and a Slack file. */
export function oneImageSource(
  image: { image_url?: string | undefined; slack_file?: unknown },
  context: z.RefinementCtx,
): void {
  if ((image.image_url === undefined) === (image.slack_file === undefined)) {
    context.addIssue({ code: 'custom', message: 'must have exactly one of image_url and slack_file' });
  }
}

export const webUrl = url;
