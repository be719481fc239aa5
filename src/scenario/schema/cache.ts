// `behaviors[].calls[].cache`: a cache before calls to another Service.
import { z } from 'zod';
import { duration, someDuration } from '../../lib/units.ts';
import type { CacheSpec } from '../../model/settings/cache.ts';
import { amount, field, flag, ratio, serviceRef, someCount } from './field.ts';

const MOST_ENTRIES = 10_000_000;

export const cache = z
  .strictObject({
    entries: field(
      someCount.max(MOST_ENTRIES),
      'Keys that it holds at most: of each process, or of each pod of `at`. The one that was asked for longest ago is thrown out first (LRU).',
    ),
    ttl: field(someDuration, 'How long an answer is good. Default: until it is thrown out.').optional(),
    ttlJitter: field(ratio, 'Each answer is good for a time that is shorter by up to this share.').default(0),
    hit: field(duration, 'How long it takes to find something in a cache of the process itself.').default(0),
    singleFlight: field(
      flag,
      'Requests that miss the same key wait for the fetch of the first of them: those of the same process; with `at` all of them, as with leases of memcached.',
    ).default(false),
    serveStale: field(flag, 'While one request fetches what is too old, others take it as it is.').default(false),
    earlyExpiry: field(
      amount,
      'Each request may fetch again what is still good, with a chance that rises as its end comes near (XFetch, with this beta; 1 is usual). 0: none does.',
    ).default(0),
    warm: field(flag, 'A process that starts has the most popular keys already.').default(false),
    at: field(
      serviceRef,
      'The Service whose pods are the cache: each call asks it first, which is a call too. What it holds is gone when a pod of it starts over. Without it each process has a cache of its own.',
    ).optional(),
    timeout: field(
      duration,
      'With `at`: what a caller waits for the cache; then, or after an error, it goes on as if nothing was there. 0 is no limit.',
    ).default(100_000),
  })
  .transform(
    ({ ttl = Infinity, hit, timeout, ...rest }): CacheSpec => ({ ...rest, ttlUs: ttl, hitUs: hit, timeoutUs: timeout }),
  );
