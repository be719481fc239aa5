// The family of fault models: one line each.
import { type Family, family } from '../../lib/family.ts';
import { faultContract } from '../contract.ts';
import type { Fault, FaultContext } from '../fault.ts';
import { externalOutage } from './external-outage.ts';
import { kubeletStop } from './kubelet-stop.ts';
import { networkPartition } from './network-partition.ts';
import { nodeCrash } from './node-crash.ts';
import { nodeFailures } from './node-failures.ts';
import { nodeShutdown } from './node-shutdown.ts';
import { podCrash } from './pod-crash.ts';
import { processSignal } from './process-signal.ts';
import { spotReclaim } from './spot-reclaim.ts';
import { zoneOutage } from './zone-outage.ts';

export const faults: Family<FaultContext, Fault> = family(
  'faults',
  'What breaks, at a time or at random.',
  [
    externalOutage,
    kubeletStop,
    networkPartition,
    nodeCrash,
    nodeFailures,
    nodeShutdown,
    podCrash,
    processSignal,
    spotReclaim,
    zoneOutage,
  ],
  faultContract,
);
