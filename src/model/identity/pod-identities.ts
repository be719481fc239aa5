// Hot dialect: who each pod is that ever existed: its name, who made it, and which of its maker's pods it was.
import { grown } from '../columns.ts';
import { Interner } from '../interner.ts';
import { uuid } from '../names.ts';
import type { ObjectStore } from '../object-store.ts';
import { baseOf, splitName, suffixLetters, suffixNumber } from './generated-names.ts';
import { LivingNames } from './living-names.ts';
import { type IdentityRow, type ObjectRow, type PodRow, rowColumn } from '../rows.ts';

/** How often the API server draws another suffix when the generated name is taken (registry.Store, maxNameGenerationCreateAttempts). */
const TRIES = 8;

interface Prefix {
  readonly namespace: string;
  readonly text: string;
}

/**
 * An identity is one incarnation: a pod that is recreated under the same name has another identity and another UID, and one that is
 * adopted keeps both. As in Kubernetes, whoever makes a pod names it (a user, a StatefulSet: `web-0`) or leaves the name to
 * the API server (a ReplicaSet: `web-` and five letters). Names are unique among the living pods of a namespace.
 */
export class PodIdentities {
  length = 0;
  /** The name: an interned beginning, and the number of its generated suffix, -1 for none. */
  prefix = new Int32Array(0);
  suffix = new Int32Array(0);
  /** The object (its row) that made the pod, -1 for a user. Not the owner: that may change. */
  maker = rowColumn<ObjectRow>();
  /** The how manieth pod of its maker it was: the UID is a function of (seed, maker, incarnation). */
  incarnation = new Int32Array(0);
  /** The row of the pod while it lives. */
  pod = rowColumn<PodRow>();
  readonly #objects: ObjectStore;
  readonly #seed: number;
  readonly #living = new LivingNames(this);
  readonly #prefixes = new Interner<Prefix>(({ namespace, text }) => `${namespace}/${text}`);
  /** By maker: the interned prefix of the names of its pods plus one. */
  #prefixOf = new Int32Array(0);
  /** Pods made by users so far. */
  #byUsers = 0;

  constructor(objects: ObjectStore, seed: number) {
    this.#objects = objects;
    this.#seed = seed;
  }

  /** The identity of a new pod with a name of its own, or -1 when a living pod has that name. */
  named(maker: ObjectRow, namespace: string, name: string): IdentityRow {
    const { base, suffix } = splitName(name);
    const prefix = this.#prefixes.id({ namespace, text: base });
    if (this.#living.find(prefix, suffix) >= 0) return -1;
    return this.#add(maker, this.#nextOf(maker), prefix, suffix);
  }

  /** The identity of a pod that the API server does not have: it takes nobody's name. */
  apart(namespace: string, name: string): IdentityRow {
    const { base, suffix } = splitName(name);
    return this.#append(-1, this.#nextOf(-1), this.#prefixes.id({ namespace, text: base }), suffix);
  }

  /**
   * The identity of a new pod whose name is generated, or -1 when every name that was drawn is taken. `base` is what it begins with
   * where that is not the maker's name.
   */
  generated(maker: ObjectRow, base?: string): IdentityRow {
    const prefix = this.#generatedPrefix(maker, base);
    for (let tries = 0; tries < TRIES; tries += 1) {
      const incarnation = this.#nextOf(maker);
      const suffix = suffixNumber(maker, incarnation);
      if (this.#living.find(prefix, suffix) < 0) return this.#add(maker, incarnation, prefix, suffix);
    }
    return -1;
  }

  /** A generated name of which no pod comes: its creation is refused. */
  drawn(maker: ObjectRow, base?: string): string {
    const { text } = this.#prefixes.get(this.#generatedPrefix(maker, base));
    return text + suffixLetters(suffixNumber(maker, this.#nextOf(maker)));
  }

  /** The pod is gone: its name is free. */
  end(identity: IdentityRow): void {
    this.#living.remove(identity);
  }

  /** The row of the living pod of that name, or -1. */
  find(namespace: string, name: string): PodRow {
    const { base, suffix } = splitName(name);
    const identity = this.#living.find(this.#prefixes.id({ namespace, text: base }), suffix);
    return identity < 0 ? -1 : this.pod[identity];
  }

  name(identity: IdentityRow): string {
    const suffix = this.suffix[identity];
    const { text } = this.#prefixes.get(this.prefix[identity]);
    return suffix < 0 ? text : text + suffixLetters(suffix);
  }

  /** What the name begins with: all but the five letters of a generated one. */
  base(identity: IdentityRow): string {
    return this.#prefixes.get(this.prefix[identity]).text;
  }

  namespace(identity: IdentityRow): string {
    return this.#prefixes.get(this.prefix[identity]).namespace;
  }

  uid(identity: IdentityRow): string {
    return uuid(this.#seed, this.maker[identity] + 2, this.incarnation[identity]);
  }

  #nextOf(maker: ObjectRow): number {
    if (maker < 0) {
      this.#byUsers += 1;
      return this.#byUsers - 1;
    }
    const { podsMade } = this.#objects;
    podsMade[maker] += 1;
    this.#objects.podsMadeInAll += 1;
    return podsMade[maker] - 1;
  }

  #generatedPrefix(maker: ObjectRow, base?: string): number {
    if (base !== undefined) return this.#prefixes.id({ namespace: this.#objects.namespace[maker], text: base });
    if (maker >= this.#prefixOf.length) this.#prefixOf = grown(this.#prefixOf, Math.max(64, 2 * maker));
    if (this.#prefixOf[maker] === 0) {
      const { namespace, name } = this.#objects;
      this.#prefixOf[maker] = this.#prefixes.id({ namespace: namespace[maker], text: baseOf(name[maker]) }) + 1;
    }
    return this.#prefixOf[maker] - 1;
  }

  #add(maker: ObjectRow, incarnation: number, prefix: number, suffix: number): IdentityRow {
    const identity = this.#append(maker, incarnation, prefix, suffix);
    this.#living.add(identity);
    return identity;
  }

  #append(maker: ObjectRow, incarnation: number, prefix: number, suffix: number): IdentityRow {
    const identity = this.length as IdentityRow;
    if (identity === this.prefix.length) this.#grow();
    this.length += 1;
    this.prefix[identity] = prefix;
    this.suffix[identity] = suffix;
    this.maker[identity] = maker;
    this.incarnation[identity] = incarnation;
    this.pod[identity] = -1;
    return identity;
  }

  #grow(): void {
    const capacity = Math.max(64, 2 * this.prefix.length);
    this.prefix = grown(this.prefix, capacity);
    this.suffix = grown(this.suffix, capacity);
    this.maker = grown(this.maker, capacity);
    this.incarnation = grown(this.incarnation, capacity);
    this.pod = grown(this.pod, capacity);
  }
}
