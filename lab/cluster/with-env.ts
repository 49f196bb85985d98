import type { Container, PodTemplate } from '../../sim/cluster/objects/kinds.ts';

/** A template whose containers have these variables, in the place of those of the same name. */
export function withEnv(template: PodTemplate, env: Readonly<Record<string, string>>): PodTemplate {
  const containers = template.spec.containers.map((one) => toldEnv(one, env));
  return { ...template, spec: { ...template.spec, containers } };
}

/** The same of one container. */
export function toldEnv(container: Container, env: Readonly<Record<string, string>>): Container {
  const kept = (container.env ?? []).filter(({ name }) => !Object.hasOwn(env, name));
  return { ...container, env: [...kept, ...Object.entries(env).map(([name, value]) => ({ name, value }))] };
}
