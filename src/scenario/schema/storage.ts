// `spec.storage`: what storage drivers and mounts take.
import { z } from 'zod';
import { distribution } from '../../lib/distribution.ts';
import type { Storage } from '../../model/settings/storage.ts';
import { field, someCount } from './field.ts';

export const storage: z.ZodType<Storage> = z.strictObject({
  provision: field(distribution, 'Time for a driver to create a volume for a claim, or to delete a released one.'),
  provisionWorkers: field(
    someCount,
    'Volumes that a driver creates or deletes at once (csi-provisioner `--worker-threads`).',
  ),
  attach: field(distribution, 'Time for a driver to attach a volume to a node.'),
  detach: field(distribution, 'Time for a driver to detach a volume from a node.'),
  attachWorkers: field(
    someCount,
    'Volumes that a driver attaches or detaches at once (csi-attacher `--worker-threads`).',
  ),
  mount: field(distribution, 'Time for a kubelet to mount the volumes of a pod, once all are attached.'),
});
