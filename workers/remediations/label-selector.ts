import * as z from 'zod';

type Labels = Readonly<Record<string, string>>;

const Expression = z.object({
  key: z.string(),
  operator: z.enum(['In', 'NotIn', 'Exists', 'DoesNotExist']),
  values: z.array(z.string()).default([]),
});

/** Whether labels satisfy a selector as a NetworkPolicy has it: an empty one selects all. */
export function selectorMatches(
  selector: { readonly matchLabels: Labels; readonly matchExpressions: readonly unknown[] },
  labels: Labels,
): boolean {
  return (
    Object.entries(selector.matchLabels).every(([key, value]) => labels[key] === value) &&
    z
      .array(Expression)
      .parse(selector.matchExpressions)
      .every((expression) => holds(expression, labels))
  );
}

function holds({ key, operator, values }: z.infer<typeof Expression>, labels: Labels): boolean {
  const value = labels[key];
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
  }
}
