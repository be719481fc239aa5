// Which behaviour an image has.
import type { Behavior } from './scenario.ts';

/** Everything that finds a behaviour: the entries of the scenario and the one for all other images. */
export interface Behaviors {
  readonly behaviors: readonly Behavior[];
  readonly defaultBehavior: Behavior;
}

/** The entry with exactly this image, else the one with its name without tag and digest, else the default one. */
export function behaviorOf({ behaviors, defaultBehavior }: Behaviors, image: string): Behavior {
  const name = imageName(image);
  return behaviors.find((one) => one.image === image) ?? behaviors.find((one) => one.image === name) ?? defaultBehavior;
}

/** `registry:5000/shop/web` of `registry:5000/shop/web:v1@sha256:…`. */
export function imageName(image: string): string {
  const plain = image.replace(/@.*$/, '');
  const colon = plain.lastIndexOf(':');
  return colon > plain.lastIndexOf('/') ? plain.slice(0, colon) : plain;
}
