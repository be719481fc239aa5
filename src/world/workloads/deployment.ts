// The numbers of a Deployment.
import { replicated } from './replicated.ts';

export const deployment = replicated('Deployment');
