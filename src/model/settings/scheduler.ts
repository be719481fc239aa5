// The settings of kube-scheduler: its profiles, and what its work takes. Times in microseconds.
import type { ExtenderAnswers, ExtenderSettings } from './extenders.ts';
import type { FamilyUse } from './family-use.ts';

/** A cycle takes `fixedUs + perNodeFilteredUs · nodes filtered + perNodeScoredUs · nodes scored`; all may be 0, or have a fraction. */
export interface CycleCost {
  readonly fixedUs: number;
  readonly perNodeFilteredUs: number;
  readonly perNodeScoredUs: number;
}

/**
 * `heap`: kube-scheduler 1.35 and newer; `random`: uniform among the best, the rule before; `first`: the first that was examined;
 * `ranked`: the first in an order of the nodes that is drawn once.
 */
export type TieBreak = 'heap' | 'random' | 'first' | 'ranked';

export interface PluginUse {
  readonly name: string;
  /** Of its score; 1 when absent or 0. */
  readonly weight?: number | undefined;
}

export interface PluginSet {
  readonly enabled?: readonly PluginUse[] | undefined;
  /** `*` disables all. */
  readonly disabled?: readonly { readonly name: string }[] | undefined;
}

/** A profile as a KubeSchedulerConfiguration has it. */
export interface Profile {
  readonly schedulerName: string;
  /** Overrides the scheduler's own; 0 is adaptive. */
  readonly percentageOfNodesToScore?: number | undefined;
  /** Changes to the default plugins by extension point, as in `profiles[].plugins`. */
  readonly plugins?: Readonly<Partial<Record<string, PluginSet>>> | undefined;
  /** Arguments by plugin name, as in `profiles[].pluginConfig`. */
  readonly pluginConfig?: readonly { readonly name: string; readonly args: unknown }[] | undefined;
}

export interface SchedulerSettings {
  readonly cycle: CycleCost;
  /** 0: adaptive, as Kubernetes does by default. */
  readonly percentageOfNodesToScore: number;
  readonly podInitialBackoffUs: number;
  /** 0 switches back-off off. */
  readonly podMaxBackoffUs: number;
  readonly tieBreak: TieBreak;
  /** Instead of the plugins of the profiles, whose arguments stay: `default`, or the plugin that decides alone. */
  readonly policy?: FamilyUse | undefined;
  /** Without them there is one, with the default plugins. */
  readonly profiles?: readonly Profile[];
  readonly extenders?: readonly ExtenderSettings[];
  /** What extenders answer; without them nobody does. */
  readonly extenderAnswers?: ExtenderAnswers;
}
