// `spec.staticPods` and `controlPlane.pods`: pods that kubelets run from manifests on their node.
import { z } from 'zod';
import { field, text } from './field.ts';

const where = {
  nodes: field(z.array(text).min(1), 'Nodes by name.').optional(),
  nodePools: field(z.array(text).min(1), 'All nodes of these pools, those that come later too.').optional(),
};

export const staticPods = z.strictObject({
  ...where,
  manifests: field(
    z.array(text).min(1),
    "Files with manifests of Pods, relative to the scenario's own folder and within it: the files in the kubelet's `staticPodPath`. A pod's name is the manifest's and that of its node, `etcd-minikube`.",
  ),
});

/** `spec.timeline[].staticPods`. */
export const staticPodChange = z
  .strictObject({
    ...where,
    write: field(
      z.array(text).min(1),
      'Files with manifests of Pods that are written into the folder: the kubelet stops a static pod of the same name, then starts the new one.',
    ).optional(),
    remove: field(
      z
        .array(
          z.strictObject({
            namespace: field(text, 'Namespace.').default('default'),
            name: field(text, "The manifest's name, without the node's."),
          }),
        )
        .min(1),
      'Pods whose files are removed: the kubelet stops them.',
    ).optional(),
  })
  .refine(({ write, remove }) => write !== undefined || remove !== undefined, {
    message: 'expected write or remove',
  });

export const controlPlanePods = z.strictObject({
  nodes: field(z.array(text).min(1), 'The nodes of the control plane, by name.'),
  apiServerPort: field(z.int().min(1).max(65_535), 'On which kube-apiserver listens.'),
});
