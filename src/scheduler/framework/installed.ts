// A plugin as a profile has it, and the points at which a profile runs its plugins on nodes.
import type { Plugin } from './interface.ts';

/** A plugin with its number in the profile: its bit in the sets of plugins that rejected a pod. */
export interface Installed {
  readonly name: string;
  readonly number: number;
  readonly plugin: Plugin;
  readonly weight: number;
}

/** Sees each plugin's scores, before and after normalisation. */
export interface ScoreObserver {
  raw(plugin: Installed, scores: Float64Array, count: number): void;
  normalized(plugin: Installed, scores: Float64Array, count: number): void;
}

/** The plugins that look at nodes, point by point. */
export interface NodePoints {
  readonly preFilter: readonly Installed[];
  readonly filter: readonly Installed[];
  readonly preScore: readonly Installed[];
  readonly score: readonly Installed[];
}
