// `behaviors[].training`: what the pods of one owner do together, and what it costs them.
import { z } from 'zod';
import { byteRate, bytes } from '../../lib/bytes.ts';
import { distribution, movingDistribution } from '../../lib/distribution.ts';
import { duration, someDuration } from '../../lib/units.ts';
import type { AllReduceSpec, TrainingSpec } from '../../model/settings/training.ts';
import { field, someCount } from './field.ts';

const allReduce = z
  .strictObject({
    bytes: field(bytes, 'What each member has to sum up with the others: the size of the gradients.'),
    bandwidth: field(byteRate, 'From node to node within a zone.'),
    sameNode: field(byteRate, 'Between members on one node. Default: `bandwidth`.').optional(),
    otherZone: field(byteRate, 'From zone to zone. Default: `bandwidth`.').optional(),
  })
  .transform(
    ({ bytes: size, bandwidth, sameNode = bandwidth, otherZone = bandwidth }): AllReduceSpec => ({
      bytes: size,
      sameNode,
      sameZone: bandwidth,
      otherZone,
    }),
  );

const members = z
  .strictObject({
    min: field(someCount, 'Training does not start with fewer.'),
    max: field(someCount, 'Maximum members; additional pods stand by.'),
  })
  .refine(({ min, max }) => min <= max, 'min must not exceed max');

export const training = z
  .strictObject({
    steps: field(
      someCount.max(1e9),
      'Steps of a whole gang. A step run by n of at most m members counts as n/m of a step.',
    ),
    step: field(
      movingDistribution,
      'What one member takes for its part of one step on a node of speed 1 (label `wavetank/speed`). A step takes as long as its slowest member.',
    ),
    allReduce: field(
      allReduce,
      'After each step all members all-reduce over a ring: 2(n − 1) rounds, in each of which every member sends an n-th to its neighbour, with the latency and the bandwidth of the slowest link. The latencies are those of `network.links`.',
    ).optional(),
    checkpoint: field(
      z.strictObject({
        steps: field(someCount, 'After so many steps.'),
        takes: field(distribution, 'Training waits meanwhile.'),
      }),
      'Progress is saved where all pods of the owner find it, later ones too. Default: never.',
    ).optional(),
    begin: field(
      distribution,
      'From the moment in which the members have found each other to the first step, each time: libraries, weights, the last checkpoint.',
    ),
    members: field(
      members,
      'Elastic training, as with torchrun: goes on with fewer members when one is lost, and restarts when one comes. Default: exactly as many as the owner wants (`parallelism` or `completions` of a Job, `replicas`).',
    ).optional(),
    lastCall: field(duration, 'How long more members are waited for once `min` are there.'),
    timeout: field(
      someDuration,
      'How long to wait for an unresponsive member: its machine has stopped, or a partition lies between.',
    ),
    lostMember: field(
      z.enum(['restart', 'exit']),
      'What the others do: `restart` goes back to the last checkpoint as soon as there are enough members, as with an agent such as torchrun; `exit` ends their processes, as without.',
    ).default('restart'),
    exitCode: field(
      z.int().min(1).max(255).meta({ type: 'whole number up to 255' }),
      'Of the others, with `lostMember: exit`.',
    ).default(1),
  })
  .transform(
    ({
      lastCall,
      timeout,
      lostMember,
      exitCode,
      allReduce: ring,
      checkpoint,
      members: elastic,
      ...rest
    }): TrainingSpec => ({
      ...rest,
      allReduce: ring,
      checkpoint,
      members: elastic,
      lastCallUs: lastCall,
      timeoutUs: timeout,
      exitCode: lostMember === 'restart' ? undefined : exitCode,
    }),
  );
