// The arguments that an Experiment gives its analyses: `{{templates.canary.podTemplateHash}}` is the hash of that template's ReplicaSet.
import { filledText, UnresolvedArgument } from '../../model/analysis/arguments.ts';
import type { Argument } from '../../model/analysis/metric.ts';
import { hashOf } from '../rollout/rollout-objects.ts';
import type { ExperimentSync } from './experiment-sync.ts';

/** With their values. Throws an UnresolvedArgument. */
export function experimentArguments(
  args: readonly Argument[],
  { experiment, sets }: ExperimentSync,
): readonly Argument[] {
  const values = new Map<string, string>([
    ['experiment.availableAt', experiment.status?.availableAt ?? ''],
    ['experiment.finishedAt', ''],
  ]);
  for (const [name, set] of sets) {
    values.set(`templates.${name}.podTemplateHash`, hashOf(set));
    values.set(`templates.${name}.replicaset.name`, set.metadata.name);
  }
  return args.map(({ name, value }) => ({
    name,
    ...(value === undefined
      ? {}
      : {
          value: filledText(value, (place) => {
            const found = values.get(place.trim());
            if (found === undefined) throw new UnresolvedArgument(`failed to resolve {{${place}}}`);
            return found;
          }),
        }),
  }));
}
