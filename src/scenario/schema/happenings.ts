// `spec.timeline` and `spec.faults`: what is done to the cluster, at a time or at random.
import { z } from 'zod';
import { movingDistribution } from '../../lib/distribution.ts';
import type { FamilySchema } from '../../lib/family.ts';
import { duration } from '../../lib/units.ts';
import { parseLabelSelector } from '../../model/parse/label-selector.ts';
import { familyUse } from './family-use.ts';
import { count, field, objectName, someCount, text } from './field.ts';
import { nodeTaint } from './node-taint.ts';
import { staticPodChange } from './static-pods.ts';

const namespace = field(objectName, 'Its namespace.').default('default');
const deployment = field(objectName, 'The Deployment.');
const portNumber = someCount.max(65_535);
const podPort = z.union([portNumber, text]).meta({ type: 'number or name of a port' });
const node = field(objectName, 'The node.');

/** An action on a Deployment, or on an object of another kind. */
function onObject<Fields extends z.ZodRawShape>(fields: Fields) {
  return z
    .strictObject({
      deployment: deployment.optional(),
      kind: field(text, 'In place of `deployment`: the kind of another object …').optional(),
      name: field(objectName, '… and its name.').optional(),
      namespace,
      ...fields,
    })
    .refine(isNamedOnce, 'expected either `deployment`, or `kind` and `name`');
}

const labelSelector = z.string().superRefine((selector, context) => {
  try {
    parseLabelSelector(selector);
  } catch (error) {
    context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : String(error) });
  }
});

/** What `kubectl label` and `kubectl annotate` take: one object, or all of a kind with some labels. */
function marks<Fields extends z.ZodRawShape>(fields: Fields) {
  return z
    .strictObject({
      deployment: deployment.optional(),
      kind: field(text, 'In place of `deployment`: the kind of other objects …').optional(),
      name: field(objectName, '… and the name of one …').optional(),
      selector: field(labelSelector, '… or the labels of several: `app=web,tier in (a, b)`.').optional(),
      first: field(someCount, 'Only so many of those with the labels, the oldest first. Default: all.').optional(),
      namespace,
      ...fields,
      overwrite: field(z.boolean(), 'Replace values that are there; without it they are an error.').default(false),
    })
    .refine(isMarkedOnce, 'expected either `deployment`, or `kind` with `name` or `selector`');
}

function isMarkedOnce({ deployment: short, kind, name, selector, first }: Readonly<Record<string, unknown>>): boolean {
  if (short !== undefined) return [kind, name, selector, first].every((one) => one === undefined);
  if (selector === undefined && first !== undefined) return false;
  return kind !== undefined && (name === undefined) !== (selector === undefined);
}

const values = z.record(z.string(), z.union([z.string(), z.null()]).meta({ type: 'text, or null to remove it' }));

function isNamedOnce({ deployment: short, kind, name }: Readonly<Record<string, unknown>>): boolean {
  return (short === undefined) === (kind !== undefined) && (kind === undefined) === (name === undefined);
}

const manifest = z
  .unknown()
  .refine(
    (value) => typeof value === 'string' || (typeof value === 'object' && value !== null),
    'expected the path of a manifest, or an object',
  )
  .meta({ type: "path of a manifest in the scenario's folder, or an object" });

const actions = {
  setImage: field(
    onObject({
      container: field(objectName, 'The container. Default: the only one.').optional(),
      image: field(text, 'Its new image.'),
    }),
    'What `kubectl set image` does.',
  ),
  scale: field(onObject({ replicas: field(count, 'Its new number of replicas.') }), 'What `kubectl scale` does.'),
  patch: field(
    onObject({
      patch: field(
        z.record(z.string(), z.unknown()).meta({ type: 'mapping' }),
        'A strategic merge patch: mappings are merged, `null` removes, containers are matched by name.',
      ),
      subresource: field(
        z.enum(['resize', 'status']),
        'What `--subresource` says: `resize` gives containers of a running pod other CPU and memory, `status` changes the status; of a pod, conditions for its readiness gates.',
      ).optional(),
    }),
    'What `kubectl patch` does.',
  ),
  label: field(marks({ labels: field(values, 'The labels.') }), 'What `kubectl label` does.'),
  annotate: field(marks({ annotations: field(values, 'The annotations.') }), 'What `kubectl annotate` does.'),
  rolloutRestart: field(onObject({}), 'What `kubectl rollout restart` does.'),
  rolloutUndo: field(
    onObject({
      toRevision: field(count, 'The revision to return to; 0 is the previous one.').default(0),
    }),
    'What `kubectl rollout undo` does.',
  ),
  rolloutPause: field(onObject({}), 'What `kubectl rollout pause` does.'),
  rolloutResume: field(onObject({}), 'What `kubectl rollout resume` does.'),
  rolloutStatus: field(
    onObject({
      revision: field(count, 'The revision that must be the running one; 0 is any.').default(0),
      timeout: field(duration, 'How long to wait; 0s is without a limit.').default(0),
    }),
    'What `kubectl rollout status` does: it waits for the end of the rollout; its lines are events RolloutStatus, what goes wrong is ActionRefused.',
  ),
  rolloutHistory: field(
    onObject({ revision: field(count, 'The revision whose template is shown; 0 lists all.').default(0) }),
    'What `kubectl rollout history` does: its lines are events RolloutHistory.',
  ),
  argoRollouts: field(
    z.strictObject({
      rollout: field(objectName, 'The Rollout.'),
      namespace,
      command: field(
        z.enum(['promote', 'abort', 'retry', 'pause', 'undo', 'restart', 'terminate']),
        'promote ends a pause or the current step; pause holds the Rollout until it is promoted; abort goes back to the stable revision; retry restarts an aborted update; restart replaces all pods; terminate ends the analyses that run.',
      ),
      full: field(z.boolean(), 'Of promote: past all steps and pauses.').default(false),
      toRevision: field(count, 'Of undo: the revision to return to; 0 is the previous one.').default(0),
    }),
    'What `kubectl argo rollouts` does.',
  ),
  cordon: field(z.strictObject({ node }), 'What `kubectl cordon` does: no more pods are scheduled there.'),
  uncordon: field(z.strictObject({ node }), 'What `kubectl uncordon` does.'),
  drain: field(
    z
      .strictObject({
        node: node.optional(),
        nodes: field(z.array(objectName).min(1), 'In place of `node`: several, one after the other.').optional(),
        force: field(z.boolean(), 'Also pods that no controller would replace.').default(false),
        ignoreDaemonsets: field(
          z.boolean(),
          'Leave the pods of DaemonSets; without it their presence is an error.',
        ).default(false),
        deleteEmptydirData: field(z.boolean(), 'Also pods with an `emptyDir`.').default(false),
        disableEviction: field(z.boolean(), 'Delete the pods: no PodDisruptionBudget is asked.').default(false),
        timeout: field(duration, 'How long a node may take; 0 is no limit.').default(0),
        gracePeriod: field(
          z.number().int(),
          'Seconds for the pods to end; less than 0 is the `terminationGracePeriodSeconds` of each.',
        ).default(-1),
        podSelector: field(labelSelector, 'Only pods with these labels: `app=web,tier in (a, b)`.').default(''),
      })
      .refine(
        ({ node: one, nodes }) => (one === undefined) !== (nodes === undefined),
        'expected either `node` or `nodes`',
      ),
    'What `kubectl drain` does: cordons the node and evicts its pods; an eviction that a PodDisruptionBudget refuses is tried again every 5 s.',
  ),
  taint: field(
    z.strictObject({
      node,
      taints: field(
        z.array(nodeTaint).min(1),
        'As `kubectl taint` has them: `key=value:NoSchedule`, `key:NoExecute`, with a trailing `-` to remove it.',
      ),
    }),
    'What `kubectl taint nodes` does.',
  ),
  delete: field(
    z.strictObject({
      kind: field(text, 'Kind of the object.'),
      name: field(objectName, 'Its name.'),
      namespace: field(objectName, 'Its namespace. Default: `default` for a kind that has namespaces.').optional(),
      cascade: field(
        z.enum(['background', 'foreground', 'orphan']).default('background'),
        'What happens to its dependents: deleted after it, deleted before it, or kept without an owner.',
      ),
    }),
    'What `kubectl delete` does.',
  ),
  createDeployment: field(
    z.strictObject({
      name: field(objectName, 'Its name.'),
      namespace,
      image: field(text, 'The image of its container.'),
      replicas: field(count, 'Its number of pods.').default(1),
      port: field(portNumber, 'The port that the container declares. Default: it declares none.').optional(),
      command: field(z.array(z.string()), 'The command of the container. Default: that of the image.').optional(),
    }),
    'What `kubectl create deployment` does.',
  ),
  expose: field(
    z.strictObject({
      deployment,
      namespace,
      name: field(objectName, 'The name of the Service. Default: that of the Deployment.').optional(),
      type: field(z.enum(['ClusterIP', 'NodePort', 'LoadBalancer']), 'Its type.').default('ClusterIP'),
      port: field(portNumber, 'Its port.'),
      targetPort: field(podPort, 'The port of the pods. Default: `port`.').optional(),
    }),
    'What `kubectl expose deployment` does.',
  ),
  apply: field(manifest, 'What `kubectl apply` does with a manifest.'),
  applyServerSide: field(
    z.strictObject({
      manifest: field(
        manifest,
        'What is applied: for an existing object, only the fields that this manager should own.',
      ),
      fieldManager: field(text, 'The manager of the fields.').default('kubectl'),
      forceConflicts: field(z.boolean(), 'Take fields that others manage; without it that is a conflict.').default(
        false,
      ),
    }),
    'What `kubectl apply --server-side` does with a manifest.',
  ),
  staticPods: field(
    staticPodChange,
    'Changes files in the folder from which kubelets run static pods, on some nodes (all of them, unless `nodes` or `nodePools` are given).',
  ),
  snapshotSave: field(
    z.strictObject({ name: field(text, 'The file.').default('snapshot.db') }),
    'What `etcdctl snapshot save` does.',
  ),
  snapshotRestore: field(
    z.strictObject({
      name: field(text, 'The file.').default('snapshot.db'),
      bumpRevision: field(
        count,
        'How far the revision is moved on, with all older versions marked as compacted (`--bump-revision`, `--mark-compacted`), so that every watch ends and every informer lists again; more than the writes that are lost. 0: neither; kubelets then hear nothing until the revision passes the one that they know.',
      ).default(0),
    }),
    'Stops etcd and the API servers, does what `etcdutl snapshot restore` does, and starts them: what was written since the snapshot is gone, what was deleted is back.',
  ),
  defragment: field(
    z.strictObject({}),
    'What `etcdctl defrag --cluster` does: one member of etcd after the other writes its database again, without what compactions left empty.',
  ),
  alarmDisarm: field(
    z.strictObject({}),
    'What `etcdctl alarm disarm` does: writes are taken again, as long as there is room.',
  ),
} as const;

export function timelineEntry(faults: FamilySchema) {
  const { delete: remove, ...others } = actions;
  const names = [...Object.keys(actions), 'fault', 'recover'];
  return z
    .strictObject({
      at: field(
        duration,
        'When; with `when`, the time from which on that is looked at. Default: 0 with `when`, else required.',
      ).optional(),
      when: field(
        text,
        'In place of a time: a condition on a figure, as in `expect`: `rollout.web.progress > 50%`. Numbers that the API server keeps (of nodes, pods, workloads, rollouts) are looked at whenever they may have changed; what is counted or timed (`requests`, `service`, `events`, `api.writes`, `nodes.evictions`, `containers`, `images`) once a second, over the last `spec.interval`; all others, and min(), max() and mean(), at the end of each interval.',
      ).optional(),
      again: field(z.boolean(), 'Of `when`: each time that it becomes true, not only the first time.').default(false),
      setImage: others.setImage.optional(),
      scale: others.scale.optional(),
      patch: others.patch.optional(),
      label: others.label.optional(),
      annotate: others.annotate.optional(),
      rolloutRestart: others.rolloutRestart.optional(),
      rolloutUndo: others.rolloutUndo.optional(),
      rolloutPause: others.rolloutPause.optional(),
      rolloutResume: others.rolloutResume.optional(),
      rolloutStatus: others.rolloutStatus.optional(),
      rolloutHistory: others.rolloutHistory.optional(),
      argoRollouts: others.argoRollouts.optional(),
      cordon: others.cordon.optional(),
      uncordon: others.uncordon.optional(),
      drain: others.drain.optional(),
      taint: others.taint.optional(),
      delete: remove.optional(),
      createDeployment: others.createDeployment.optional(),
      expose: others.expose.optional(),
      apply: others.apply.optional(),
      applyServerSide: others.applyServerSide.optional(),
      staticPods: others.staticPods.optional(),
      snapshotSave: others.snapshotSave.optional(),
      snapshotRestore: others.snapshotRestore.optional(),
      defragment: others.defragment.optional(),
      alarmDisarm: others.alarmDisarm.optional(),
      fault: field(familyUse('fault', faults), 'A fault that begins now.').optional(),
      name: field(text, 'Of a fault: how `recover` calls it. Default: the name of the fault.').optional(),
      recover: field(text, 'Ends what runs of a fault now, by the name of the fault or its `name`.').optional(),
    })
    .refine(
      (entry) => Object.keys(entry).filter((key) => names.includes(key)).length === 1,
      `expected exactly one of ${names.join(', ')} beside \`at\``,
    )
    .refine(({ at, when }) => at !== undefined || when !== undefined, 'expected `at` or `when`')
    .refine(({ when, again }) => when !== undefined || !again, 'only what has `when` can be done `again`')
    .refine(({ fault, name }) => name === undefined || fault !== undefined, 'only a fault has a `name`');
}

export function randomFault(faults: FamilySchema) {
  return z.strictObject({
    fault: field(familyUse('fault', faults), 'The fault.'),
    name: field(text, 'How `recover` calls it. Default: the name of the fault.').optional(),
    every: field(movingDistribution, 'Time from the start of one to the start of the next.'),
    per: field(
      z.enum(['node', 'zone']),
      'Each node, or each zone, has a schedule of its own: for faults that draw nodes, and for ZoneOutage. Default: one for all.',
    ).optional(),
    from: field(duration, 'Start of the time in which it may fire.'),
    until: field(duration, 'End of that time. Default: the end of the run.').optional(),
  });
}
