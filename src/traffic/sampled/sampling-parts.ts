// What sampling needs of the rest of the world.
import type { Surroundings } from './component.ts';
import type { Components } from './components.ts';
import type { Shapes } from './shape.ts';
import type { SlightSettings } from './slight-changes.ts';

/** The sources, as the sampling stops and starts them. */
export interface Sources {
  pause(source: number): void;
  resume(source: number): void;
}

export interface SamplingParts extends Surroundings {
  readonly components: Components;
  readonly shapes: Shapes;
  readonly sources: Sources;
  /** The first time after this one at which the rate of a source jumps or bends. */
  readonly changesAfter: (source: number, timeUs: number) => number;
  /** Whether requests are counted one by one somewhere. */
  readonly watched: () => boolean;
  /** How many call sites there are by now. */
  readonly sites: () => number;
}

export interface SamplingSettings extends SlightSettings {
  /** How long after a change proxies and processes have not got used to it. */
  readonly settleUs: number;
}
