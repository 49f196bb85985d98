import { canList, CannotLook, type ClusterLookup } from '../../ports.ts';

export const daemonsetEnv: ClusterLookup = {
  id: 'daemonset_env',
  needs: canList({ group: 'apps', resource: 'daemonsets' }),

  async look(params, cluster, { signal }) {
    const [name = '', variable = ''] = [params['daemonset'], params['env']];
    const daemonSets = await cluster.list('daemonsets', { namespace: 'kube-system' }, signal);
    const found = daemonSets.find(({ metadata }) => metadata.name === name);
    if (found === undefined)
      throw new CannotLook({ reason: 'not-found', detail: `there is no DaemonSet ${name} in kube-system` });
    const values = found.spec.template.spec.containers.flatMap(({ env }) =>
      env.filter((one) => one.name === variable),
    );
    return {
      samples: 1,
      facts: { value: values[0]?.value ?? '', unavailable: found.status.numberUnavailable },
    };
  },
};
