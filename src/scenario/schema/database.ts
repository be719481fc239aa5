// `database` of a behaviour: its processes keep data, one of them takes writes.
import { z } from 'zod';
import { duration } from '../../lib/units.ts';
import { type DatabaseSpec, lockNames } from '../../model/settings/database.ts';
import { field, flag, text } from './field.ts';

export const WRITE = 'It changes data: a database answers with an error unless the pod is the primary.';

export const database = z
  .strictObject({
    label: field(
      text,
      'The label by which the operator marks one pod of a StatefulSet `primary` and the others `replica`: Services select by it.',
    ),
    failover: field(
      duration,
      'How long the primary may be silent, or its pod not Ready, before a replica takes over (`ttl` of Patroni).',
    ),
    promotion: field(duration, 'From the decision until the new primary takes writes.'),
    replication: field(
      z.strictObject({
        lag: field(duration, 'How far replicas are behind: what was committed less than this before a crash is lost.'),
        synchronous: field(flag, 'Each write waits `lag` for a replica, while there is one, and nothing is lost.'),
      }),
      'How replicas follow.',
    ),
    locks: field(
      z.enum(lockNames),
      'Which other writes wait until a write is committed: `none`, those of the same `key`, or `all`, as in databases with a single writer. A write that waits keeps its place among `requests.concurrency`.',
    ),
  })
  .transform(
    ({ failover, promotion, replication: { lag, synchronous }, ...rest }): DatabaseSpec => ({
      ...rest,
      failoverUs: failover,
      promotionUs: promotion,
      replication: { lagUs: lag, synchronous },
    }),
  );
