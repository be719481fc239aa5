// The ReplicaSet of a template: its name, its hash, and the annotations that say whose it is.
import { safeHash } from '../../model/names.ts';
import type { ReplicaSet } from '../kit/deployment-objects.ts';
import { sameTemplate, templateKey } from '../kit/pod-template.ts';
import { ROLLOUT_API, ROLLOUT_HASH_LABEL } from '../rollout/rollout-objects.ts';
import { type Experiment, ExperimentAnnotation, type ExperimentTemplate } from '../rollout/experiment-objects.ts';

/** What an Experiment writes on what it makes for a template. */
export function annotationsOf(experiment: Experiment, template: string): Readonly<Record<string, string>> {
  return { [ExperimentAnnotation.Name]: experiment.metadata.name, [ExperimentAnnotation.Template]: template };
}

export function ownerOf({ metadata: { name, uid } }: Experiment) {
  return {
    apiVersion: ROLLOUT_API,
    kind: 'Experiment',
    name,
    uid: uid ?? '',
    controller: true,
    blockOwnerDeletion: true,
  };
}

/** Empty at first. */
export function experimentSet(
  experiment: Experiment,
  { name, selector, template, minReadySeconds = 0 }: ExperimentTemplate,
  collisions: number | undefined,
): ReplicaSet {
  const { [ROLLOUT_HASH_LABEL]: _hash, ...own } = template.metadata?.labels ?? {};
  // Never that of the Rollout's own ReplicaSet of the template: Argo hashes what it reads of that one, with the defaults of the API server.
  const bare = { ...template, metadata: { ...template.metadata, labels: own } };
  const hash = safeHash(`experiment ${templateKey(bare)}${collisions ?? ''}`);
  const labels = { ...own, [ROLLOUT_HASH_LABEL]: hash };
  const { namespace } = experiment.metadata;
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `${experiment.metadata.name}-${name}`,
      ...(namespace === undefined ? {} : { namespace }),
      labels: { [ROLLOUT_HASH_LABEL]: hash },
      annotations: annotationsOf(experiment, name),
      ownerReferences: [ownerOf(experiment)],
    },
    spec: {
      replicas: 0,
      minReadySeconds,
      selector: { ...selector, matchLabels: { ...selector.matchLabels, [ROLLOUT_HASH_LABEL]: hash } },
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
  };
}

/** It is what the Experiment made for that template, not one of somebody else with its name. */
export function isOfTemplate(set: ReplicaSet, wanted: ReplicaSet): boolean {
  const owner = ({ metadata: { ownerReferences = [] } }: ReplicaSet): string | undefined =>
    ownerReferences.find(({ controller }) => controller === true)?.uid;
  return (
    owner(set) === owner(wanted) &&
    sameTemplate(set.spec.template ?? {}, wanted.spec.template ?? {}) &&
    Object.entries(wanted.metadata.annotations ?? {}).every(([key, value]) => set.metadata.annotations?.[key] === value)
  );
}
