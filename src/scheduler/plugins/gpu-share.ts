// GpuShare rejects nodes without the GPUs that a pod wants and gives it its devices; other plugins score.
import { z } from 'zod';
import { member } from '../../lib/family.ts';
import type { Handle, Plugin } from '../framework/interface.ts';
import { sharing } from '../gpu/sharing.ts';

/** Annotations and labels as in open-gpu-share; the rules are those of hkust-adsl/kubernetes-scheduler-simulator. */
export const gpuShare = member({
  name: 'GpuShare',
  summary: 'Rejects nodes whose GPUs have too little left for what a pod requests, and assigns devices.',
  args: z.strictObject({}),
  create: (_args, handle: Handle): Plugin => sharing(handle),
});
