// `spec.storage`: what storage drivers and mounts take.
import { z } from 'zod';
import { distribution } from '../../lib/distribution.ts';
import type { Storage } from '../../model/settings/storage.ts';
import { field, someCount } from './field.ts';

export const storage: z.ZodType<Storage> = z.strictObject({
  provision: field(distribution, 'A driver makes a volume for a claim, or deletes a released one.'),
  provisionWorkers: field(
    someCount,
    'Volumes that a driver makes or deletes at once (csi-provisioner `--worker-threads`).',
  ),
  attach: field(distribution, 'A driver attaches a volume to a node.'),
  detach: field(distribution, 'A driver detaches a volume from a node.'),
  attachWorkers: field(
    someCount,
    'Volumes that a driver attaches or detaches at once (csi-attacher `--worker-threads`).',
  ),
  mount: field(distribution, 'A kubelet mounts the volumes of a pod, once all are attached.'),
});
