// `spec.dns`: names of Services are looked up by queries to cluster DNS. Without it names are known, at no cost.
import { z } from 'zod';
import { distribution } from '../../lib/distribution.ts';
import { duration } from '../../lib/units.ts';
import { type DnsSpec, resolverNames } from '../../model/settings/dns.ts';
import { count, field, flag, objectRef, ratio, someCount } from './field.ts';

const SECOND_US = 1e6;
const MOST_NDOTS = 15;

const seconds = duration.transform((us, context) => {
  if (us % SECOND_US === 0) return us / SECOND_US;
  context.addIssue({ code: 'custom', message: 'expected whole seconds' });
  return z.NEVER;
});

const ttls = z.strictObject({
  min: field(seconds, 'At least.'),
  max: field(seconds, 'At most.'),
});

const cache = z.strictObject({
  success: field(ttls, 'How long answers are kept.'),
  denial: field(ttls, 'How long it is kept that a name does not exist, or has no such record.'),
  servfail: field(seconds, 'How long failures of servers outside are kept.'),
  prefetch: field(
    z.strictObject({
      amount: field(someCount, 'Queries after which an answer is popular.'),
      duration: field(seconds, 'Within so much time.'),
      percentage: field(ratio, 'Popular answers are fetched again when this part of their time is left.'),
    }),
    'Default: nothing is fetched ahead.',
  ).optional(),
  serveStale: field(
    z.strictObject({
      duration: field(seconds, 'How long after their time.'),
      verify: field(flag, 'Servers outside are asked first.').default(false),
    }),
    'Default: nothing is answered whose time is over.',
  ).optional(),
});

export const dns = z
  .strictObject({
    service: field(
      objectRef,
      'The Service of the DNS servers: its pods answer, by what `behaviors` says of their image.',
    ),
    resolver: field(z.enum(resolverNames), 'Whose resolver programs use: that of their C library, or of Go.'),
    ndots: field(count.max(MOST_NDOTS), 'Names with fewer dots are looked for in the search domains first.'),
    timeout: field(duration, 'How long a program waits for an answer.'),
    attempts: field(someCount, 'How often it asks.'),
    singleRequest: field(flag, 'One query at a time (`single-request` of resolv.conf).'),
    useTcp: field(flag, 'Queries by TCP (`use-vc`): none is lost.'),
    names: field(
      z.enum(['short', 'whole', 'rooted']),
      'How programs write names: `web`, `web.shop.svc.cluster.local`, or that with a dot at the end.',
    ),
    programCache: field(
      duration,
      'How long a program keeps what it found (a JVM: 30s). 0: it asks for each connection.',
    ),
    nodeLocal: field(flag, 'Whether each node has a cache of its own (NodeLocal DNSCache).'),
    cache: field(cache, 'The plugin `cache` of the servers, and of the caches on nodes.'),
    upstream: field(
      z.strictObject({
        latency: field(distribution, 'Until servers outside have answered.'),
        ttl: field(seconds, 'How long their answers are good.'),
      }),
      'Servers outside, which know hosts (`spec.external`).',
    ),
    loss: field(ratio, 'The chance that a query by UDP or its answer is lost.'),
    race: field(
      ratio,
      'The chance that the second of two queries sent at once from one socket is lost in the node’s table of connections.',
    ),
  })
  .transform(
    ({
      service,
      timeout,
      programCache,
      cache: { success, denial, servfail, prefetch, serveStale },
      ...rest
    }): DnsSpec => ({
      ...rest,
      service: { namespace: service.namespace ?? 'default', name: service.name },
      timeoutUs: timeout,
      programCacheUs: programCache,
      cache: {
        successMinTtl: success.min,
        successMaxTtl: success.max,
        denialMinTtl: denial.min,
        denialMaxTtl: denial.max,
        servfailTtl: servfail,
        prefetch: prefetch && {
          amount: prefetch.amount,
          durationSeconds: prefetch.duration,
          percentage: 100 * prefetch.percentage,
        },
        serveStale: serveStale && { durationSeconds: serveStale.duration, verify: serveStale.verify },
      },
    }),
  );
