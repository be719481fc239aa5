// The secrets that pods name for registries: which of them there are.
import type { PodRow } from '../../model/rows.ts';
import type { KnownClasses } from '../known-classes.ts';
import type { ConfigReferences } from '../config-references.ts';
import type { PodEvents } from '../pod-events.ts';

export class PullSecrets {
  readonly #classes: KnownClasses;
  readonly #references: ConfigReferences;
  readonly #events: PodEvents;

  constructor(classes: KnownClasses, references: ConfigReferences, events: PodEvents) {
    this.#classes = classes;
    this.#references = references;
    this.#events = events;
  }

  /** Whether the pod has a secret that there is. */
  hasOne(pod: PodRow): boolean {
    return this.#named(pod).some((name) => this.#has(pod, name));
  }

  /** Says which secrets of the pod there are not; pulls are tried without them. */
  tellMissing(pod: PodRow): void {
    const missing = this.#named(pod).filter((name) => !this.#has(pod, name));
    if (missing.length === 0) return;
    const message = `Unable to retrieve some image pull secrets (${missing.join(', ')}); attempting to pull the image may not succeed.`;
    this.#events.pod('Warning', 'FailedToRetrieveImagePullSecret', message, pod);
  }

  #named(pod: PodRow): readonly string[] {
    const { imagePullSecrets } = this.#classes.of(pod).spec;
    return imagePullSecrets === undefined
      ? NONE
      : imagePullSecrets.flatMap(({ name = '' }) => (name === '' ? [] : [name]));
  }

  #has(pod: PodRow, name: string): boolean {
    return this.#references.hasSecret(this.#classes.of(pod).namespace, name);
  }
}

const NONE: readonly string[] = [];
