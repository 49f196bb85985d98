import * as z from 'zod';

/** One environment variable, as its schema describes it. */
export interface Setting {
  readonly name: string;
  readonly description: string;
  readonly standard?: string;
  readonly isRequired: boolean;
  readonly choices: readonly string[];
}

interface Property {
  readonly description?: string;
  readonly default?: string | number;
  readonly enum?: readonly string[];
}

export function settingsOf(schema: z.ZodType): Setting[] {
  const { properties = {}, required = [] } = z.toJSONSchema(schema, {
    io: 'input',
    unrepresentable: 'any',
  }) as {
    properties?: Record<string, Property>;
    required?: readonly string[];
  };
  return Object.entries(properties).map(([name, property]) => ({
    name,
    description: property.description ?? '',
    ...(property.default !== undefined && property.default !== '' && { standard: String(property.default) }),
    isRequired: required.includes(name),
    choices: property.enum ?? [],
  }));
}
