// The settings of the scheduler, as the scenario gives them.
import type { ClientLimits } from '../model/settings/control-plane.ts';
import type { SchedulerSettings as Settings } from '../model/settings/scheduler.ts';

export interface SchedulerOptions extends Settings {
  /** Of the client that binds; the client that sends events has a bucket of its own with the same limits. */
  readonly client: ClientLimits;
}
