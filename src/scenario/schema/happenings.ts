// `spec.timeline` and `spec.faults`: what is done to the cluster, at a time or at random.
import { z } from 'zod';
import { distribution } from '../../lib/distribution.ts';
import type { FamilySchema } from '../../lib/family.ts';
import { duration } from '../../lib/units.ts';
import { familyUse } from './family-use.ts';
import { count, field, objectName, text } from './field.ts';

const namespace = field(objectName, 'Its namespace.').default('default');
const deployment = field(objectName, 'The Deployment.');

const actions = {
  setImage: field(
    z.strictObject({
      deployment,
      namespace,
      container: field(objectName, 'The container. Default: the only one.').optional(),
      image: field(text, 'Its new image.'),
    }),
    'What `kubectl set image` does.',
  ),
  scale: field(
    z.strictObject({ deployment, namespace, replicas: field(count, 'Its new number of replicas.') }),
    'What `kubectl scale` does.',
  ),
  rolloutRestart: field(z.strictObject({ deployment, namespace }), 'What `kubectl rollout restart` does.'),
  delete: field(
    z.strictObject({
      kind: field(text, 'Kind of the object.'),
      name: field(objectName, 'Its name.'),
      namespace: field(objectName, 'Its namespace. Default: `default` for a kind that has namespaces.').optional(),
    }),
    'What `kubectl delete` does.',
  ),
  apply: field(
    z
      .unknown()
      .refine(
        (value) => typeof value === 'string' || (typeof value === 'object' && value !== null),
        'expected the path of a manifest, or an object',
      )
      .meta({ type: "path of a manifest in the scenario's folder, or an object" }),
    'What `kubectl apply` does with a manifest.',
  ),
} as const;

export function timelineEntry(faults: FamilySchema) {
  const { setImage, scale, rolloutRestart, delete: remove, apply } = actions;
  const names = [...Object.keys(actions), 'fault'];
  return z
    .strictObject({
      at: field(duration, 'When.'),
      setImage: setImage.optional(),
      scale: scale.optional(),
      rolloutRestart: rolloutRestart.optional(),
      delete: remove.optional(),
      apply: apply.optional(),
      fault: field(familyUse('fault', faults), 'A fault that begins now.').optional(),
    })
    .refine(
      (entry) => Object.keys(entry).filter((key) => names.includes(key)).length === 1,
      `expected exactly one of ${names.join(', ')} beside \`at\``,
    );
}

export function randomFault(faults: FamilySchema) {
  return z.strictObject({
    fault: field(familyUse('fault', faults), 'The fault.'),
    every: field(distribution, 'Time from the beginning of one to that of the next.'),
    from: field(duration, 'Beginning of the time in which it strikes.'),
    until: field(duration, 'End of that time. Default: the end.').optional(),
  });
}
