// A plugin as a profile has it, and the points at which a profile runs its plugins on nodes.
import type { Plugin } from './interface.ts';
import type { PodInfo } from './pod-info.ts';

/** A plugin with its number in the profile: its bit in the sets of plugins that rejected a pod. */
export interface Installed {
  readonly name: string;
  readonly number: number;
  readonly plugin: Plugin;
  readonly weight: number;
}

/** Sees a decision while it is made: each plugin's scores, before and after normalisation. */
export interface ScoreObserver {
  raw(plugin: Installed, scores: Float64Array, count: number): void;
  normalized(plugin: Installed, scores: Float64Array, count: number): void;
  /** Filters have been asked, scores and PostFilter plugins not yet. */
  filtered?(pod: PodInfo): void;
}

/** The plugins that look at nodes, point by point. */
export interface NodePoints {
  readonly preFilter: readonly Installed[];
  readonly filter: readonly Installed[];
  readonly preScore: readonly Installed[];
  readonly score: readonly Installed[];
}
