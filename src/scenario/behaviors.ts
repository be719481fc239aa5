// Which behaviour an image has in a scenario.
import { type Behavior, behaviorOfImage } from '../model/settings/behavior.ts';

/** Everything that finds a behaviour: the entries of the scenario and the one for all other images. */
interface Behaviors {
  readonly behaviors: readonly Behavior[];
  readonly defaultBehavior: Behavior;
}

export function behaviorOf({ behaviors, defaultBehavior }: Behaviors, image: string): Behavior {
  return behaviorOfImage(behaviors, image) ?? defaultBehavior;
}

/** Whether what any image does depends on ConfigMaps or Secrets. */
export function hasConfig({ behaviors, defaultBehavior }: Behaviors): boolean {
  return [...behaviors, defaultBehavior].some(({ config }) => config.length > 0);
}

/** Whether any image trains. */
export function hasTraining({ behaviors, defaultBehavior }: Behaviors): boolean {
  return [...behaviors, defaultBehavior].some(({ training }) => training !== undefined);
}
