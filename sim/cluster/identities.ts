import { createHash } from 'node:crypto';
import { stringify } from 'yaml';
import type { User } from './api/rbac.ts';
import type { Store } from './store.ts';

interface ServiceAccountName {
  readonly namespace: string;
  readonly name: string;
}

export interface UserName {
  readonly user: string;
  readonly groups?: readonly string[];
}

/** A ServiceAccount, a user by name, or a user with groups (`system:masters` may do anything). */
export type Identity = ServiceAccountName | UserName | string;

export const clusterAdmin: UserName = { user: 'kubernetes-admin', groups: ['system:masters'] };

export interface Identities {
  /** A bearer token for this identity; a ServiceAccount must exist. */
  tokenFor(identity: Identity): string;
  /** Who a token belongs to: nobody for an unknown one, or once its ServiceAccount is deleted. */
  authenticate(token: string): User | undefined;
}

export function makeIdentities(store: Store): Identities {
  const issued = new Map<string, Identity>();

  return {
    tokenFor(identity) {
      const known = JSON.stringify(identity);
      if (
        typeof identity !== 'string' &&
        'namespace' in identity &&
        accountOf(store, identity) === undefined
      ) {
        throw new Error(`serviceaccounts "${identity.name}" not found in namespace "${identity.namespace}"`);
      }
      const token = `sim-${createHash('sha256').update(known).digest('base64url')}`;
      issued.set(token, identity);
      return token;
    },
    authenticate(token) {
      const identity = issued.get(token);
      if (identity === undefined) return undefined;
      if (typeof identity === 'string') return { name: identity, groups: ['system:authenticated'] };
      if ('user' in identity) {
        return { name: identity.user, groups: [...(identity.groups ?? []), 'system:authenticated'] };
      }
      const uid = accountOf(store, identity)?.metadata.uid;
      if (uid === undefined) return undefined;
      const { namespace, name } = identity;
      return {
        name: `system:serviceaccount:${namespace}:${name}`,
        groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
        uid,
      };
    },
  };
}

const accountOf = (store: Store, { namespace, name }: ServiceAccountName) =>
  store.get('serviceaccounts', namespace, name);

/** The text of a kubeconfig file that any Kubernetes client reads. */
export function writeKubeconfig(server: string, token: string, certificate: string | undefined): string {
  // The client refuses plain HTTP unless told that it need not verify anything.
  const trust =
    certificate === undefined
      ? { 'insecure-skip-tls-verify': true }
      : { 'certificate-authority-data': Buffer.from(certificate).toString('base64') };
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'sim', cluster: { server, ...trust } }],
    users: [{ name: 'sim', user: { token } }],
    contexts: [{ name: 'sim', context: { cluster: 'sim', user: 'sim', namespace: 'default' } }],
    'current-context': 'sim',
  });
}
