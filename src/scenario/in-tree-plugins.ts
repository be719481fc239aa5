// Plugins that kube-scheduler 1.36 has built in and nothing simulates: what a configuration may name all the same, with the arguments.
import { z } from 'zod';
import type { FamilySchema } from '../lib/family.ts';

const NOT_SIMULATED: FamilySchema = new Map<string, z.ZodType>([['NodeDeclaredFeatures', z.strictObject({})]]);

/** The simulated plugins, and those that only the real component has. */
export function withInTree(simulated: FamilySchema): FamilySchema {
  return new Map([...NOT_SIMULATED, ...simulated]);
}
