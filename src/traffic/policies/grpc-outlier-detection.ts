// gRPC's outlier detection (outlier_detection_experimental of a service config).
import { z } from 'zod';
import { member } from '../../lib/family.ts';
import { someDuration } from '../../lib/units.ts';
import { Outcome } from '../calls.ts';
import { EndpointEjections } from './endpoint-ejections.ts';
import { GrpcOutlierMachine } from './grpc-outlier-machine.ts';
import type { Policy, PolicyContext } from './policy.ts';

const percent = z.int().min(0).max(100);
const count = z.int().min(0);

export const grpcOutlierDetection = member({
  name: 'GrpcOutlierDetection',
  summary:
    "gRPC's outlier detection: pods whose success rate is below the others', or that fail too often, are not used for a while.",
  args: z.strictObject({
    interval: someDuration.default(10_000_000).describe('after which calls are looked at, and pods return'),
    baseEjectionTime: someDuration.default(30_000_000).describe('times the number of ejections'),
    maxEjectionTime: someDuration.default(300_000_000).describe('at most'),
    maxEjectionPercent: percent.default(10).describe('of the pods; one may always be ejected'),
    successRateEjection: z
      .strictObject({
        stdevFactor: count.default(1900).describe('thousandths of the standard deviation below the mean'),
        enforcementPercentage: percent.default(100).describe('chance that it is done'),
        minimumHosts: count.default(5).describe('pods with enough calls without which it is not looked at'),
        requestVolume: count.default(100).describe('calls of a pod in an interval that are enough'),
      })
      .optional()
      .describe('eject by success rate'),
    failurePercentageEjection: z
      .strictObject({
        threshold: percent.default(85).describe('percentage of failures'),
        enforcementPercentage: percent.default(100).describe('chance that it is done'),
        minimumHosts: count.default(5).describe('pods with enough calls without which it is not looked at'),
        requestVolume: count.default(50).describe('calls of a pod in an interval that are enough'),
      })
      .optional()
      .describe('eject by percentage of failures'),
  }),
  create({ interval, baseEjectionTime, maxEjectionTime, ...args }, context: PolicyContext): Policy {
    const ejections = new EndpointEjections(context, interval, 0);
    const settings = { ...args, baseEjectionTimeUs: baseEjectionTime, maxEjectionTimeUs: maxEjectionTime };
    const machine = new GrpcOutlierMachine(settings, ejections, (n) => context.random.int(n));
    ejections.watch(machine);
    return {
      ejectedEndpoints() {
        ejections.advance();
        let count = 0;
        for (const { ejectedUs } of machine.hosts.values()) if (ejectedUs >= 0) count += 1;
        return count;
      },
      uses: (endpoints) => ejections.uses(endpoints),
      ended({ endpoint, outcome }) {
        ejections.advance();
        if (endpoint >= 0) machine.ended(endpoint, outcome === Outcome.Ok);
      },
    };
  },
});
