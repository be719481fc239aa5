// By what of a request a hash goes, as an argument of members: `source`, `header: user-id`, `cookie: route`.
import { z } from 'zod';
import type { PoolRequest } from './pool.ts';

const name = z.string().min(1);

export const hashKey = z
  .union([z.enum(['source', 'key']), z.strictObject({ header: name }), z.strictObject({ cookie: name })])
  .default('source')
  .describe(
    'what of a request is hashed: `source` (the address of the client), `key` (what it is about, by `keys` of its source or call), `{ header: NAME }`, `{ cookie: NAME }`',
  );

export type HashKey = z.output<typeof hashKey>;

/** '' where the request has none. */
export function keyOf(key: HashKey, request: PoolRequest): string {
  if (key === 'source') return request.source;
  if (key === 'key') return request.key();
  return 'header' in key ? request.header(key.header.toLowerCase()) : request.cookie(key.cookie);
}
