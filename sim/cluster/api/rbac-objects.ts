import type { Store } from '../store.ts';
import type { RbacObjects } from './rbac.ts';

const group = 'rbac.authorization.k8s.io';

export const rbacObjects = (store: Store): RbacObjects => ({
  roles: store.list(`roles.${group}`).items,
  clusterRoles: store.list(`clusterroles.${group}`).items,
  roleBindings: store.list(`rolebindings.${group}`).items,
  clusterRoleBindings: store.list(`clusterrolebindings.${group}`).items,
});
