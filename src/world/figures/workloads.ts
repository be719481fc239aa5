// Figures of Deployments and of their rollouts.
import type { Better } from '../../metrics/catalogue.ts';
import type { DeploymentSample } from '../measure.ts';
import { aggregated, type Figure, qualified } from './figure.ts';

/** A field of the Deployment's status at the end of each interval. */
const deployment = (name: keyof DeploymentSample, title: string, better: Better, meaning: string): Figure => ({
  pattern: `deployment.<deployment>.${name}`,
  title,
  unit: 'count',
  gauge: true,
  wholeRun: false,
  better,
  meaning,
  measure: ({ span: { from, to }, names, aggregate }, { measure }) => {
    const samples = measure.deployments.get(qualified(names['deployment'])) ?? [];
    return aggregated(
      samples.slice(from, to).map((sample) => sample[name]),
      aggregate,
    );
  },
});

export const workloadFigures: readonly Figure[] = [
  deployment('replicas', 'Pods of <deployment>', 'neither', 'Pods of the Deployment.'),
  deployment('ready', 'Ready pods of <deployment>', 'higher', 'Its ready pods.'),
  deployment('available', 'Available pods of <deployment>', 'higher', 'Its available pods.'),
  deployment('updated', 'Updated pods of <deployment>', 'higher', 'Its pods of the newest revision.'),
  {
    pattern: 'rollout.<deployment>.duration',
    title: 'Rollout of <deployment>, duration',
    unit: 'us',
    gauge: false,
    wholeRun: true,
    better: 'lower',
    meaning: 'Duration of its last rollout, from the change of the template on.',
    /** Infinite when the rollout did not end. */
    measure: ({ names }, { state: { objects }, rollouts }) => {
      const key = qualified(names['deployment']);
      const last = rollouts.findLast(({ deployment: row }) => `${objects.namespace[row]}/${objects.name[row]}` === key);
      if (last === undefined) return undefined;
      return last.endUs < 0 ? Infinity : last.endUs - last.startUs;
    },
  },
];
