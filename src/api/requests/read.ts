// GET of one pod, node or object, or a list: it takes its time, and the reader looks itself.
import { type RequestArena, Verb } from './arena.ts';

/** What is read: which matters where it is not the same, because etcd or a server's cache cannot be asked. */
export const ReadOf = {
  /** One object without resourceVersion: as etcd has it. */
  Newest: 0,
  /** One object with resourceVersion 0: as the server's cache has it. */
  CachedObject: 1,
  /** A list without resourceVersion: from the cache, once that is as new as etcd. */
  NewestList: 2,
  /** A list with resourceVersion 0. */
  CachedList: 3,
} as const;

/** `row` comes back as the answer. */
export function read(requests: RequestArena, row: number, of: number = ReadOf.Newest): number {
  const request = requests.allocate(Verb.Read, row);
  requests.a[request] = of;
  return request;
}
