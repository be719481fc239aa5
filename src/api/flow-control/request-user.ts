// Whose request it is: the user as whom each client of the simulation logs in, as kubeadm sets a cluster up.
import { EventSubject } from '../../model/event-log.ts';
import type { IdentityRow, NodeRow } from '../../model/rows.ts';
import { Verb } from '../requests/arena.ts';
import type { ApiServer } from '../server.ts';
import { nodeUser, serviceAccount, type User, userOf } from './users.ts';

/** kubectl's user and whoever else has admin.conf. */
const ADMINISTRATORS = { name: 'kubernetes-admin', groups: ['kubeadm:cluster-admins'] };

/** Users that are not a service account of the client's name in kube-system. */
const USERS: Readonly<Record<string, { readonly name: string; readonly groups?: readonly string[] }>> = {
  kubectl: ADMINISTRATORS,
  script: ADMINISTRATORS,
  users: { name: 'users' },
  'default-scheduler': { name: 'system:kube-scheduler' },
  'kube-scheduler': { name: 'system:kube-scheduler' },
  'kube-controller-manager': { name: 'system:kube-controller-manager' },
  'kueue-admission': { name: serviceAccount('kueue-system', 'kueue-controller-manager') },
  'rollouts-controller': { name: serviceAccount('argo-rollouts', 'argo-rollouts') },
  'daemonset-controller': { name: serviceAccount('kube-system', 'daemon-set-controller') },
  'endpoint-slice-controller': { name: serviceAccount('kube-system', 'endpointslice-controller') },
  'persistentvolume-controller': { name: serviceAccount('kube-system', 'persistent-volume-binder') },
  cloud: { name: serviceAccount('kube-system', 'cloud-controller-manager') },
};

const known = new Map<string, User>();

export function requestUser(api: ApiServer, request: number): User {
  const bucket = api.requests.bucket[request];
  const client = api.clients.nameOf(bucket);
  const { user, groups } = api.clients.loginOf(bucket);
  if (user === undefined && client === 'kubelet') return kubeletUser(api, request);
  const id = user === undefined ? client : `${user} ${groups?.join(' ') ?? ''}`;
  let one = known.get(id);
  if (one === undefined) {
    one = user === undefined ? clientUser(client) : userOf(user, groups);
    known.set(id, one);
  }
  return one;
}

function clientUser(client: string): User {
  const { name, groups } = USERS[client] ?? { name: serviceAccount('kube-system', client) };
  return userOf(name, groups);
}

/** One client stands for the events of all kubelets. */
function kubeletUser({ requests, state }: ApiServer, request: number): User {
  const target = requests.target[request];
  if (requests.verb[request] !== Verb.RecordEvent) return userOf(nodeUser(''));
  if (requests.epoch[request] === EventSubject.Node) return userOf(nodeUser(state.nodes.spec[target as NodeRow].name));
  const pod = state.identities.pod[target as IdentityRow];
  const node = pod < 0 ? -1 : state.pods.node[pod];
  return userOf(nodeUser(node < 0 ? '' : state.nodes.spec[node].name));
}
