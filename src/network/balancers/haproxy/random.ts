// HAProxy's `random(n)`: n independent points of the ring; the least loaded of their servers by weight.
import type { BackendServer } from './backend.ts';

/** Whether the server that was drawn later takes the place of the earlier one. */
export function wins(later: BackendServer, earlier: BackendServer): boolean {
  return later.served * earlier.weight <= earlier.served * later.weight;
}
