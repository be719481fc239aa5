// GET of one pod, node or object from the server's cache: it takes its time, and the reader looks itself.
import { type RequestArena, Verb } from './arena.ts';

/** `row` comes back as the answer. */
export function read(requests: RequestArena, row: number): number {
  return requests.allocate(Verb.Read, row);
}
