// The machines of the control plane, and what its processes are called.
import type { ControlPlane } from './control-plane.ts';

type Masters = Pick<ControlPlane, 'replicas' | 'pods'>;

/** Names of the machines: the nodes that show the control plane's pods, then others that are no nodes. */
export function machines({ replicas, pods }: Masters): string[] {
  return Array.from({ length: replicas }, (_, index) => pods?.nodes[index] ?? `cp${index + 1}`);
}

/** Names of all processes, component by component: `kube-scheduler-cp1`. */
export function processNames(settings: Masters & { readonly etcd: Pick<ControlPlane['etcd'], 'members'> }): string[] {
  const masters = machines(settings);
  const members = machines({ ...settings, replicas: settings.etcd.members ?? settings.replicas });
  const of = (component: string, hosts: readonly string[]): string[] => hosts.map((host) => `${component}-${host}`);
  return [
    ...of('kube-scheduler', masters),
    ...of('kube-controller-manager', masters),
    ...of('kube-apiserver', masters),
    ...of('etcd', members),
  ];
}
