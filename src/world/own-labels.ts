// Whether anything in the input tells the pods of one workload apart by labels of their own: only then they have classes of their own.
import type { OwnLabels } from '../controllers/settings.ts';
import { COMPLETION_INDEX, jobLabels } from '../model/job-pod.ts';
import { INDEX_LABEL, POD_NAME_LABEL } from '../model/ordinal-pod.ts';
import type { LoadedScenario, ScenarioObject } from '../scenario/scenario.ts';

/**
 * A label is asked for where it stands by itself, as a key or a value: `metadata.annotations['batch.kubernetes.io/job-completion-index']` of a
 * container's environment asks for nothing, and a pod that was found has its labels.
 */
export function askedLabels({ objects, scenario }: LoadedScenario): OwnLabels {
  const { timeline } = scenario;
  const applied = timeline.flatMap(({ action }) => (action.type === 'apply' ? action.objects : []));
  const all = [...objects.filter((one) => !isFoundPod(one)), ...applied].map(({ object }) => object);
  const has = (...kinds: string[]): boolean => all.some(({ kind }) => kinds.includes(kind));
  const texts = [...all, ...timeline.flatMap(({ action }) => (action.type === 'patch' ? [action] : []))];
  const asks = (labels: readonly string[]): boolean =>
    texts.some((value) => {
      const text = JSON.stringify(value);
      return labels.some((label) => text.includes(JSON.stringify(label)));
    });
  return {
    ordinals: has('StatefulSet') && asks([POD_NAME_LABEL, INDEX_LABEL]),
    indexes: has('Job', 'CronJob') && asks([COMPLETION_INDEX]),
    jobs: has('CronJob') && asks(Object.keys(jobLabels('', ''))),
  };
}

function isFoundPod({ found, object }: ScenarioObject): boolean {
  return found === true && object.kind === 'Pod';
}
