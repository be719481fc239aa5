// Plugins that kube-scheduler 1.36 has built in, with the arguments that it accepts: what a configuration may name although nothing simulates it.
import { z } from 'zod';
import type { FamilySchema } from '../lib/family.ts';
import { goDuration } from './schema/scheduler-configuration.ts';

const nothing = z.strictObject({});

const defaultPreemption = z
  .strictObject({
    minCandidateNodesPercentage: z.int().min(0).max(100).default(10),
    minCandidateNodesAbsolute: z.int().min(0).default(100),
  })
  .refine((args) => args.minCandidateNodesPercentage > 0 || args.minCandidateNodesAbsolute > 0, {
    path: ['minCandidateNodesPercentage'],
    message: 'cannot be zero at the same time as minCandidateNodesAbsolute',
  });

const volumeBinding = z
  .strictObject({ bindTimeoutSeconds: z.int().min(0).default(600), shape: z.unknown().optional() })
  .refine((args) => args.shape === undefined, {
    path: ['shape'],
    message: 'needs the feature gate StorageCapacityScoring, which is off',
  });

const dynamicResources = z.strictObject({
  filterTimeout: goDuration.refine((seconds) => seconds >= 0, 'must be zero or positive').optional(),
  bindingTimeout: goDuration.refine((seconds) => seconds >= 1, 'must be at least one second').optional(),
});

const IN_TREE: FamilySchema = new Map<string, z.ZodType>([
  ['VolumeRestrictions', nothing],
  ['NodeVolumeLimits', nothing],
  ['VolumeBinding', volumeBinding],
  ['VolumeZone', nothing],
  ['DynamicResources', dynamicResources],
  ['DefaultPreemption', defaultPreemption],
  ['NodeDeclaredFeatures', nothing],
]);

/** The simulated plugins, and those that only the real component has. */
export function withInTree(simulated: FamilySchema): FamilySchema {
  return new Map([...IN_TREE, ...simulated]);
}
