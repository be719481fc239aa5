// The indexes of the classes of pods, made when a class is first decided about; the one unused longest goes when they take too much.
import type { PodClass } from '../../../model/pod-class.ts';
import type { SchedulerCache } from '../../cache/cache.ts';
import { ClassIndex, SearchScratch } from './class-index.ts';
import type { LocalPlugins } from './local-plugins.ts';

/** What all indexes together may hold, 10 to 26 bytes a node: 600 classes of 5,000 nodes, 30 of 100,000. */
const MOST_NODES = 3_000_000;

export class ClassIndexes {
  readonly #cache: SchedulerCache;
  readonly #local: LocalPlugins;
  readonly #scratch = new SearchScratch();
  /** By class. */
  readonly #indexes: (ClassIndex | undefined)[] = [];
  /** By class: when it was last asked for. */
  readonly #used: number[] = [];
  #time = 0;
  #count = 0;

  constructor(cache: SchedulerCache, local: LocalPlugins) {
    this.#cache = cache;
    this.#local = local;
  }

  of({ id }: PodClass): ClassIndex {
    this.#time += 1;
    const known = this.#indexes[id] ?? this.#make(id);
    this.#used[id] = this.#time;
    return known;
  }

  #make(id: number): ClassIndex {
    if ((this.#count + 1) * this.#cache.nodes > MOST_NODES && this.#count > 0) this.#dropOldest();
    for (let other = this.#indexes.length; other <= id; other += 1) {
      this.#indexes[other] = undefined;
      this.#used[other] = 0;
    }
    const made = new ClassIndex(this.#cache, this.#local, this.#scratch);
    this.#indexes[id] = made;
    this.#count += 1;
    return made;
  }

  #dropOldest(): void {
    let oldest = -1;
    for (let id = 0; id < this.#indexes.length; id += 1) {
      if (this.#indexes[id] !== undefined && (oldest < 0 || this.#used[id] < this.#used[oldest])) oldest = id;
    }
    this.#indexes[oldest] = undefined;
    this.#count -= 1;
  }
}
