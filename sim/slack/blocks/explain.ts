import type { z } from 'zod';

type Issue = z.core.$ZodIssue;

/** What zod found, in the words and JSON pointers of Slack's `response_metadata.messages`. */
export function explain(issues: readonly Issue[], at: string): string[] {
  return issues.map((issue) => {
    const pointer = [at, ...issue.path.map(String)].join('/');
    return `${wording(issue)} [json-pointer:${pointer}]`;
  });
}

function wording(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_union':
      return issue.discriminator === undefined || typeIn(issue.input) === undefined
        ? 'failed to match all allowed schemas'
        : `unsupported type: ${String(typeIn(issue.input))}`;
    case 'unrecognized_keys':
      return `invalid additional property: ${issue.keys.join(', ')}`;
    case 'invalid_type':
      return issue.input === undefined
        ? `missing required field: ${String(issue.path.at(-1) ?? '')}`
        : `must provide a ${issue.expected}`;
    case 'invalid_value':
      return `must be one of: ${issue.values.map(String).join(', ')}`;
    case 'custom':
    case 'invalid_element':
    case 'invalid_format':
    case 'invalid_key':
    case 'not_multiple_of':
    case 'too_big':
    case 'too_small':
      return issue.message;
  }
}

/** zod reports the whole object for an unknown discriminator. */
function typeIn(input: unknown): unknown {
  if (typeof input !== 'object' || input === null || !('type' in input)) return undefined;
  return input.type;
}
