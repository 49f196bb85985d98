import { isMap, type Document, type Scalar, type YAMLMap } from 'yaml';
import type * as z from 'zod';
import { paramsOf, remediationKinds, type RemediationId } from '../remediation/kinds.ts';
import { parseCommands, parseValue, type ParamText } from './param-text.ts';
import type { Located } from './problem.ts';
import type { Reader } from './rules.ts';
import { entriesOf, textOf } from './yaml.ts';

export type Params = Readonly<Record<string, ParamText>>;

/** A parameter as it stands in its block. */
interface Written {
  readonly name: Located;
  readonly value: Located;
  readonly text: ParamText;
}

/** The `params` of a block: texts with holes. What has none is checked at once, as the remediation itself will. */
export function readParams(
  remediation: RemediationId,
  { fence, document }: { readonly fence: Located; readonly document: Document },
  reader: Reader,
): Params {
  const holder = entriesOf(document, document.contents).find(({ key }) => key.value === 'params')?.value;
  const entries = isMap(holder) ? scalarsOf(document, holder) : [];
  const written = entries.map(([key, value]) => ({
    name: textOf(fence, key),
    value: textOf(fence, value),
    text: key.value === 'commands' ? parseCommands(fence, value, reader) : parseValue(fence, value, reader),
  }));
  checkNames(remediation, written, fence, reader);
  checkLiterals(remediation, written, reader);
  return Object.fromEntries(written.map(({ name, text }) => [name.text, text]));
}

function scalarsOf(document: Document, map: YAMLMap): [Scalar, Scalar][] {
  // The schema has made sure that all of them are texts.
  return entriesOf(document, map).map(({ key, value }) => [key, value as Scalar]);
}

function checkNames(
  remediation: RemediationId,
  written: readonly Written[],
  fence: Located,
  { problems }: Reader,
): void {
  const known = paramsOf(remediation);
  for (const { name } of written.filter((one) => !known.some((param) => param.name === one.name.text)))
    problems.report(
      `Unexpected parameter ${name.text}, expected ${known.map((param) => param.name).join(', ')}`,
      name,
    );
  for (const { name, optional } of known)
    if (!optional && !written.some((one) => one.name.text === name))
      problems.report(`Unexpected end, expected the parameter ${name}`, fence);
}

/** A workload has a name that is not known here as a rule, and none that another parameter depends on. */
const anyWorkload = 'Deployment/any';

function checkLiterals(remediation: RemediationId, written: readonly Written[], { problems }: Reader): void {
  const type = remediationKinds[remediation].params as z.ZodObject;
  const literals = written.filter(({ text }) => text.literal !== undefined);
  const mistakes = literals.flatMap(({ name, value, text }) => {
    const { error } = (type.shape[name.text] as z.ZodType | undefined)?.safeParse(text.literal) ?? {};
    return error === undefined ? [] : [{ value, message: sayIssue(error) }];
  });
  for (const { value, message } of mistakes) problems.report(`Unexpected ${said(value)}, ${message}`, value);
  const last = literals.at(-1);
  const isWhole = written.every(({ name, text }) => text.literal !== undefined || name.text === 'workload');
  if (mistakes.length > 0 || last === undefined || !isWhole) return;
  const whole = Object.fromEntries(written.map(({ name, text }) => [name.text, text.literal ?? anyWorkload]));
  const { error } = type.safeParse(whole);
  // What is missing or unknown was said by its name.
  if (error?.issues.every(({ code }) => code === 'custom') === true)
    problems.report(`Unexpected ${said(last.value)}, ${sayIssue(error)}`, last.value);
}

function said({ text }: Located): string {
  return text.trim() === '' ? 'empty value' : text;
}

function sayIssue({ issues: [issue] }: z.ZodError): string {
  const message = issue?.message ?? '';
  return message.startsWith('expected ') ? message : 'expected a value';
}
