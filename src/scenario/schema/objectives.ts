// `spec.objectives`: what users are promised.
import { z } from 'zod';
import { someDuration } from '../../lib/units.ts';
import type { Objectives } from '../../model/settings/objectives.ts';
import { field, ratio } from './field.ts';

/** Three nines, by which a run is judged that promises nothing. */
const USUAL_AVAILABILITY = 0.999;

const QUANTILES = { p50: 0.5, p90: 0.9, p99: 0.99, p999: 0.999 } as const;

export const objectives = z
  .strictObject({
    availability: field(
      ratio.refine((share) => share < 1, 'expected less than 1: a budget without errors is spent by the first one'),
      'Share of requests from outside that succeed. Default: 0.999, by which recovery is judged; the summary has an error budget only where it is given.',
    ).optional(),
    latency: field(
      z.strictObject({
        p50: field(someDuration, 'What half of the requests take at most.').optional(),
        p90: field(someDuration, '… and 90 %.').optional(),
        p99: field(someDuration, '… and 99 %.').optional(),
        p999: field(someDuration, '… and 99.9 %.').optional(),
      }),
      'What completed requests take at most.',
    ),
    ready: field(
      ratio,
      'Share of the pods that Deployments, StatefulSets, DaemonSets and Rollouts want which are ready. Default: 1 in a scenario without traffic, else it is not looked at.',
    ).optional(),
  })
  .transform(({ availability, latency, ready }): Objectives => {
    const promised = Object.entries(QUANTILES).flatMap(([name, quantile]) => {
      const atMostUs = latency[name as keyof typeof QUANTILES];
      return atMostUs === undefined ? [] : [{ quantile, atMostUs }];
    });
    return {
      availability: availability ?? USUAL_AVAILABILITY,
      stated: availability !== undefined,
      latency: promised,
      ready,
    };
  });
