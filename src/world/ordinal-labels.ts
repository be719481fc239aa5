// Whether anything in the input tells the pods of a StatefulSet apart by their labels: then each has a class of its own.
import { INDEX_LABEL, POD_NAME_LABEL } from '../model/ordinal-pod.ts';
import type { LoadedScenario } from '../scenario/scenario.ts';

export function asksForOrdinals({ objects, scenario }: LoadedScenario): boolean {
  const { timeline } = scenario;
  const applied = timeline.flatMap(({ action }) => (action.type === 'apply' ? action.objects : []));
  const all = [...objects, ...applied];
  if (!all.some(({ object }) => object.kind === 'StatefulSet')) return false;
  const asks = (value: unknown): boolean => {
    const text = JSON.stringify(value);
    return text.includes(POD_NAME_LABEL) || text.includes(INDEX_LABEL);
  };
  return (
    all.some(({ object }) => asks(object)) || timeline.some(({ action }) => action.type === 'patch' && asks(action))
  );
}
