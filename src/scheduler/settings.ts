// The scheduler's settings, as the scenario gives them. Times in microseconds.
import type { ClientLimits } from '../api/settings.ts';
import type { TieBreak } from './choose.ts';
import type { Profile } from './framework/profile/profile.ts';
import type { QueueSettings } from './queue/queue.ts';

/** A cycle takes `fixedUs + perNodeFilteredUs · nodes filtered + perNodeScoredUs · nodes scored`; all may be 0. */
export interface CycleCost {
  readonly fixedUs: number;
  readonly perNodeFilteredUs: number;
  readonly perNodeScoredUs: number;
}

export interface SchedulerSettings extends QueueSettings {
  /** Of the client that binds; the client that sends events has a bucket of its own with the same limits. */
  readonly client: ClientLimits;
  readonly cycle: CycleCost;
  /** 0: adaptive, as Kubernetes does by default. */
  readonly percentageOfNodesToScore: number;
  readonly tieBreak: TieBreak;
  /** Instead of profiles: one that decides by a plugin (`namedScheduler`). */
  readonly policy?: string | undefined;
  /** By default the one of kube-scheduler's default configuration. */
  readonly profiles?: readonly Profile[];
}
