// Provisioners that make a volume out of a directory of a node: it is attached to nothing, and only pods on that node can use it.
import type { Labels } from '../interner.ts';
import { HOSTNAME_LABEL } from '../state.ts';

/** By the name in their StorageClasses: those of k3s and kind, of MicroK8s, and of OpenEBS. */
const NODE_LOCAL = new Set(['rancher.io/local-path', 'microk8s.io/hostpath', 'openebs.io/local']);

export function isNodeLocal(provisioner: string): boolean {
  return NODE_LOCAL.has(provisioner);
}

/** The label that such a volume's node affinity asks for. */
export function hostnameOf(node: string, labels: Labels): Labels {
  return { [HOSTNAME_LABEL]: Object.hasOwn(labels, HOSTNAME_LABEL) ? labels[HOSTNAME_LABEL] : node };
}
