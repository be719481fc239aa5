// `traffic[].classes` and `keys`: kinds of requests, and what requests are about.
import { z } from 'zod';
import { bytes } from '../../lib/bytes.ts';
import { duration } from '../../lib/units.ts';
import type { KeysSpec, SizesOfClass } from '../../model/settings/request-classes.ts';
import { WRITE } from './database.ts';
import { field, flag, priority, ratio, serviceRef, someAmount, someCount, text } from './field.ts';

const MOST_KEYS = 2 ** 31 - 2;

export const keys = z
  .strictObject({
    count: field(someCount.max(MOST_KEYS), 'How many keys there are.'),
    zipf: field(
      z.number().min(0).max(10).meta({ type: 'number from 0 to 10' }),
      'Exponent of their popularity: the k-th is asked for in proportion to 1 / k^zipf. 0: all alike.',
    ).default(1),
    hot: field(
      z.array(
        z.strictObject({
          share: field(ratio, 'Share of the requests that are about them.'),
          keys: field(someCount.max(MOST_KEYS), 'How many keys: the least popular ones.').default(1),
          from: field(duration, 'Since when.').default(0),
          until: field(duration, 'Until when. Default: the end of the run.').optional(),
        }),
      ),
      'Keys that many ask for, for a time.',
    ).default([]),
  })
  .transform(
    ({ hot, ...rest }): KeysSpec => ({
      ...rest,
      hot: hot.map(({ from, until, ...one }) => ({ ...one, fromUs: from, untilUs: until ?? Infinity })),
    }),
  );

export const requestClass = z.strictObject({
  name: field(text, 'Its name. `leave` is none: a session ends with it.'),
  weight: field(
    z.number().nonnegative().meta({ type: 'number, 0 or more' }),
    'Its share of the requests, among the weights of all classes. Sessions of users have weights of their own.',
  ).default(1),
  to: field(serviceRef, 'The Service that they go to. Default: that of the source.').optional(),
  path: field(
    z.string().regex(/^\//, 'expected a path that begins with /'),
    'Their path, for routes that look at it. Default: that of the source.',
  ).optional(),
  headers: field(z.record(z.string(), z.string()), 'Their headers, beside those of the source.').default({}),
  cookies: field(z.record(z.string(), z.string()), 'Their cookies, beside those of the source.').default({}),
  priority: field(priority, 'Their priority. Default: that of the source.').optional(),
  write: field(flag, `${WRITE} Default: as the source says.`).optional(),
  size: field(
    z
      .strictObject({
        request: field(bytes, 'Of a request.').optional(),
        response: field(bytes, 'Of its answer.').optional(),
      })
      .transform(({ request, response }): SizesOfClass => ({ requestBytes: request, responseBytes: response })),
    'Sizes of messages between the source and the pod that it calls, gateways between them included, where connections are kept. Default: what `requests.size` of that pod says.',
  ).optional(),
  work: field(someAmount, 'How many times the usual work they are for the pod that the source calls.').default(1),
});

export type ParsedClass = z.output<typeof requestClass>;
