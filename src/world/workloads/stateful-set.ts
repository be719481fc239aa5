// The numbers of a StatefulSet.
import { replicated } from './replicated.ts';

export const statefulSet = replicated('StatefulSet');
