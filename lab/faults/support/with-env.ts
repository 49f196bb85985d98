import type { Container, PodTemplate } from '../../../sim/cluster/objects/kinds.ts';

/** A template whose containers have these variables, in the place of those of the same name. */
export function withEnv(template: PodTemplate, env: Readonly<Record<string, string>>): PodTemplate {
  const set = template.spec.containers.map((one) => ({
    ...one,
    env: [...(one.env ?? []).filter(({ name }) => !Object.hasOwn(env, name)), ...variables(env)],
  }));
  return { ...template, spec: { ...template.spec, containers: set } };
}

/** As a container has them. */
function variables(env: Readonly<Record<string, string>>): NonNullable<Container['env']> {
  return Object.entries(env).map(([name, value]) => ({ name, value }));
}
