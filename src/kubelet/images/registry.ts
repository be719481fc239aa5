// What registries hold: the layers of images, and the error of a pull that they deny.
import type { ImageBehavior } from '../../model/settings/behavior.ts';
import type { BehaviorOf } from '../settings.ts';
import type { Preloaded } from './images.ts';
import type { Layer } from './node-images.ts';

export function layersOf(image: string, { layers }: ImageBehavior): readonly Layer[] {
  return layers.map(({ name, bytes }, index) => ({ name: name ?? `${image} ${index}`, bytes }));
}

/** Of those that are named; `*` is all, which take no place. */
export function preloadedImages(cached: readonly string[], behaviorOf: BehaviorOf): Preloaded[] {
  if (cached.includes('*')) return [];
  return cached.map((image) => ({ image, layers: layersOf(image, behaviorOf(image)) }));
}

/** As containerd says it. */
export function deniedPull(image: string): string {
  const why = 'pull access denied, repository does not exist or may require authorization';
  const denied = `failed to resolve reference "${image}": ${why}: server message: insufficient_scope: authorization failed`;
  return `rpc error: code = Unknown desc = failed to pull and unpack image "${image}": ${denied}`;
}
