// What images do when they run, and which image has which behaviour.
import type { DistributionSpec } from '../../lib/distribution.ts';
import type { ConfigEffect } from './config-effect.ts';
import type { BehaviorSpec } from './traffic.ts';
import type { TrainingSpec } from './training.ts';
import type { WorkSpec } from './work.ts';
import type { Usage } from './usage.ts';

/** A part of an image; without a name it is the image's own. */
export interface LayerSpec {
  readonly name: string | undefined;
  readonly bytes: number;
}

/** What an image does as far as the kubelet sees it. */
export interface ImageBehavior {
  readonly imageSizeBytes: number;
  /** At least one; their sizes come to the image's. */
  readonly layers: readonly LayerSpec[];
  /** Its registry gives it only to those who have a pull secret. */
  readonly isPrivate: boolean;
  /** From the start of the process until it listens (and readiness probes can succeed); an init container ends then. */
  readonly startup: DistributionSpec;
  /** The process exits by itself after this time, each time that it runs. */
  readonly crash: { readonly after: DistributionSpec; readonly exitCode: number } | undefined;
  /** How long hooks take that are not a sleep, µs; where it is absent nobody knows. */
  readonly hooks: { readonly postStart?: number | undefined; readonly preStop?: number | undefined };
  /** The process exits by itself when its work is done. */
  readonly work: WorkSpec | undefined;
  /** The processes of all pods of one owner train together, and exit when they are done. */
  readonly training: TrainingSpec | undefined;
  /** What its process uses beside its requests. */
  readonly usage: Usage;
  /** What values of ConfigMaps and Secrets do to its processes. */
  readonly config: readonly ConfigEffect[];
  /** On SIGTERM: true finishes what it holds and then exits, false exits at once. */
  readonly drain: boolean;
}

export interface Behavior extends BehaviorSpec, ImageBehavior {}

/** The entry with exactly this image, else the one with its name without tag and digest. `*` is not looked at. */
export function behaviorOfImage<Entry extends { readonly image: string }>(
  behaviors: readonly Entry[],
  image: string,
): Entry | undefined {
  const name = imageName(image);
  return behaviors.find((one) => one.image === image) ?? behaviors.find((one) => one.image === name);
}

/** `registry:5000/shop/web` of `registry:5000/shop/web:v1@sha256:…`. */
export function imageName(image: string): string {
  const plain = image.replace(/@.*$/, '');
  const colon = plain.lastIndexOf(':');
  return colon > plain.lastIndexOf('/') ? plain.slice(0, colon) : plain;
}
