// Figures of workloads, and of the rollouts of Deployments.
import type { Deployment } from 'kubernetes-types/apps/v1.js';
import type { Better } from '../../metrics/tables/column.ts';
import { sampleNow } from '../workloads/sample-now.ts';
import type { WorkloadSample } from '../workloads/workload.ts';
import { aggregated, type Figure, qualified } from './figure.ts';

/** A number of a workload at the end of each interval: `<place>` is its kind in small letters. */
const workload = (
  kind: string,
  name: string,
  column: keyof WorkloadSample,
  title: string,
  better: Better,
  meaning: string,
  place = kind.toLowerCase(),
): Figure => {
  return {
    pattern: `${place}.<${place}>.${name}`,
    title,
    unit: 'count',
    gauge: true,
    wholeRun: false,
    better,
    meaning,
    measure: ({ span: { from, to }, names, aggregate }, { measure }) =>
      aggregated(measure.workloads.values(kind, qualified(names[place]), column, from, to), aggregate),
    now: (names, { state }) => sampleNow(state, kind, qualified(names[place]))?.[column] ?? 0,
  };
};

const autoscaled = (name: 'desired' | 'current', title: string, meaning: string): Figure =>
  workload('HorizontalPodAutoscaler', name, name, title, 'neither', meaning, 'hpa');

/** What a Deployment and a StatefulSet have alike. */
const replicated = (kind: string): readonly Figure[] => {
  const of = `of <${kind.toLowerCase()}>`;
  return [
    workload(kind, 'replicas', 'current', `Pods ${of}`, 'neither', `Pods of the ${kind}.`),
    workload(kind, 'ready', 'ready', `Ready pods ${of}`, 'higher', 'Its ready pods.'),
    workload(kind, 'available', 'available', `Available pods ${of}`, 'higher', 'Its available pods.'),
    workload(kind, 'updated', 'updated', `Updated pods ${of}`, 'higher', 'Its pods of the newest revision.'),
  ];
};

/** Of a set of pods that has no revisions, and that nobody controls. */
const unrevised = (kind: string): readonly Figure[] =>
  replicated(kind).filter(({ pattern }) => !pattern.endsWith('.updated'));

const daemonSet = (name: keyof WorkloadSample, title: string, better: Better, meaning: string): Figure =>
  workload('DaemonSet', name, name, `${title} of <daemonset>`, better, meaning);

const daemonic: readonly Figure[] = [
  daemonSet('desired', 'Nodes meant to have a pod', 'neither', 'Nodes that should have a pod of the DaemonSet.'),
  daemonSet('current', 'Nodes with a pod', 'higher', 'Those of them that have one.'),
  daemonSet('ready', 'Nodes with a ready pod', 'higher', 'Those of them with a ready one.'),
  daemonSet('available', 'Nodes with an available pod', 'higher', 'Those of them with an available one.'),
  daemonSet('updated', 'Nodes with an updated pod', 'higher', 'Those of them with one of the newest revision.'),
];

export const workloadFigures: readonly Figure[] = [
  ...replicated('Deployment'),
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
      const last = rollouts.findLast(({ workload: row }) => `${objects.namespace[row]}/${objects.name[row]}` === key);
      if (last === undefined) return undefined;
      return last.endUs < 0 ? Infinity : last.endUs - last.startUs;
    },
  },
  {
    pattern: 'rollout.<deployment>.progress',
    title: 'Rollout of <deployment>, progress',
    unit: 'ratio',
    gauge: false,
    wholeRun: false,
    better: 'higher',
    meaning:
      'Part of its replicas that are of the revision of its last rollout, at the end of the window; nothing before the first after its creation.',
    measure: ({ span: { from, to }, names }, { state: { objects }, measure, rollouts }) => {
      const key = qualified(names['deployment']);
      const timeUs = (measure.series.at(to - 1)?.time_seconds ?? 0) * 1e6;
      const own = rollouts.filter(
        ({ workload: row, startUs }) => startUs <= timeUs && `${objects.namespace[row]}/${objects.name[row]}` === key,
      );
      // The first one is its creation.
      const last = own.length < 2 ? undefined : own.at(-1);
      if (last === undefined || to <= from) return undefined;
      if (last.endUs >= 0 && last.endUs <= timeUs) return 1;
      const at = (column: keyof WorkloadSample): number =>
        aggregated(measure.workloads.values('Deployment', key, column, from, to), 'last') ?? 0;
      return at('desired') === 0 ? undefined : Math.min(1, at('updated') / at('desired'));
    },
    now({ deployment: name = '' }, { state, rollouts }) {
      const key = qualified(name);
      const { objects } = state;
      const own = rollouts.filter(({ workload: row }) => `${objects.namespace[row]}/${objects.name[row]}` === key);
      const last = own.length < 2 ? undefined : own.at(-1);
      if (last === undefined) return undefined;
      if (last.endUs >= 0) return 1;
      const { metadata, status } = (objects.get(last.workload) ?? {}) as Partial<Deployment>;
      // The status is still that of what was before.
      if (status?.observedGeneration !== metadata?.generation) return undefined;
      const { updated, desired } = sampleNow(state, 'Deployment', key) ?? { updated: 0, desired: 0 };
      return desired === null || desired === 0 ? undefined : Math.min(1, (updated ?? 0) / desired);
    },
  },
  ...replicated('StatefulSet'),
  ...daemonic,
  ...unrevised('ReplicaSet'),
  ...unrevised('ReplicationController'),
  autoscaled(
    'desired',
    'Replicas that <hpa> wants',
    'Replicas that a HorizontalPodAutoscaler asked for when it looked last.',
  ),
  autoscaled('current', 'Replicas that <hpa> found', '`spec.replicas` of its target at that time.'),
];
