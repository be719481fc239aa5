// Which behaviour an image has: its own entry, that of its name without a tag, the entry for every image, or the default.
import type { Behavior, Scenario } from '../scenario/scenario.ts';

/** The image's name without tag and digest: a colon after the last slash begins a tag. */
function withoutTag(image: string): string {
  const [plain] = image.split('@');
  const colon = plain.lastIndexOf(':');
  return colon > plain.lastIndexOf('/') ? plain.slice(0, colon) : plain;
}

export function behaviorLookup(scenario: Pick<Scenario, 'behaviors' | 'defaultBehavior'>): (image: string) => Behavior {
  const byImage = new Map(scenario.behaviors.map((behavior) => [behavior.image, behavior]));
  return (image) =>
    byImage.get(image) ?? byImage.get(withoutTag(image)) ?? byImage.get('*') ?? scenario.defaultBehavior;
}
