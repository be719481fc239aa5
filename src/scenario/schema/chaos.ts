// `spec.chaos`: what `wavetank chaos` strikes, when, for how long, and what it measures.
import { z } from 'zod';
import { someDuration } from '../../lib/units.ts';
import { field, text } from './field.ts';

export const chaos = z.strictObject({
  targets: field(
    z.array(text).min(1),
    'What is hit, one at a time: `zones`, `nodes` (one of each pool in each zone), `every-node`, `workloads` (all pods of a Deployment, StatefulSet, DaemonSet or Rollout), `jobs` (all pods of one), `external`, `control-plane` (the scheduler, the controller manager and the member of etcd that lead, and one API server), `every-process` of the control plane; or one by its name: `zone/a`, `node/web-3`, `deployment/shop/web`, `statefulset/db`, `external/db.example`, `process/etcd-cp2`.',
  ),
  moments: field(
    z.array(text).min(1),
    'When: a time such as `3m`, `evenly:4`, `rollouts` (the middle of each, of StatefulSets and DaemonSets too, as it goes without a fault), `peaks` (the interval with the most requests).',
  ),
  for: field(
    someDuration,
    'How long what is hit stays away. Processes of pods end and are started again by the kubelet.',
  ),
  measure: field(
    z.array(text),
    'Further figures of the matrix, as in `expect` but without a comparison: `min(deployment.web.available)`.',
  ),
});

export type ParsedChaos = z.output<typeof chaos>;
