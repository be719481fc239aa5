// `controlPlane.leaderElection` and `controlPlane.processes`: who leads, and how processes come back.
import { z } from 'zod';
import { distribution } from '../../lib/distribution.ts';
import { duration, someDuration } from '../../lib/units.ts';
import type { ProcessSettings } from '../../model/settings/control-plane.ts';
import type { LeaderElection } from '../../model/settings/leader-election.ts';
import { field } from './field.ts';

/** The next look of a candidate is at most so many retry periods later. */
const LONGEST_RETRY = 1.2;

export const leaderElection = z
  .strictObject({
    leaderElect: field(
      z.boolean().optional(),
      'Whether processes must have the lease of their component to work (`--leader-elect`). Default: where `replicas` is above 1.',
    ),
    leaseDuration: field(someDuration, 'Others take a lease that they have seen unchanged for so long.'),
    renewDeadline: field(someDuration, 'A leader that could not renew for so long gives up, and its process ends.'),
    retryPeriod: field(
      someDuration,
      'Time between two tries of a leader; those of others are up to 2.2 times that apart.',
    ),
  })
  .refine(({ leaseDuration, renewDeadline }) => leaseDuration > renewDeadline, {
    message: 'must be longer than renewDeadline',
    path: ['leaseDuration'],
  })
  .refine(({ renewDeadline, retryPeriod }) => renewDeadline > LONGEST_RETRY * retryPeriod, {
    message: 'must be longer than 1.2 times retryPeriod',
    path: ['renewDeadline'],
  })
  .transform(
    ({ leaderElect, leaseDuration, renewDeadline, retryPeriod }): LeaderElection => ({
      leaderElect,
      leaseDurationUs: leaseDuration,
      renewDeadlineUs: renewDeadline,
      retryPeriodUs: retryPeriod,
    }),
  );

export const processes = z
  .strictObject({
    start: field(distribution, 'From the start of a process until its program runs.'),
    controllersStart: field(
      distribution,
      'From the lease until the controllers of kube-controller-manager have listed what there is, and work.',
    ),
    restart: field(
      duration.optional(),
      'From the end of a process until it is started again. Default: as a kubelet does it with containers, with the back-off of `kubelet.crashLoopBackOff`.',
    ),
  })
  .transform(({ restart = -1, ...rest }): ProcessSettings => ({ ...rest, restartUs: restart }));
