// gRPC's ring_hash: which endpoint a request gets, by the states of those that lie on the ring from its hash on.

export type ChannelState = 'READY' | 'IDLE' | 'CONNECTING' | 'TRANSIENT_FAILURE';

export interface RingPick {
  /** The endpoint's index; -1: the request waits. */
  readonly endpoint: number;
  /** The endpoint that is asked to connect, -1 for none. */
  readonly connects: number;
}

/** By a key: the first entry from `place` on whose endpoint has not failed, ready or not. With all failed, the first of all. */
export function pickByKey(owners: Int32Array, place: number, stateOf: (endpoint: number) => ChannelState): RingPick {
  for (let i = 0; i < owners.length; i += 1) {
    const endpoint = owners[(place + i) % owners.length];
    const state = stateOf(endpoint);
    if (state === 'TRANSIENT_FAILURE') continue;
    if (state === 'READY') return { endpoint, connects: -1 };
    return { endpoint: -1, connects: state === 'IDLE' ? endpoint : -1 };
  }
  return { endpoint: owners[place], connects: -1 };
}

/** By a random hash: the first entry that is ready; one that is idle on the way is asked to connect, unless somebody connects already. */
export function pickAtRandom(owners: Int32Array, place: number, stateOf: (endpoint: number) => ChannelState): RingPick {
  let connects = -1;
  let may = !owners.some((endpoint) => stateOf(endpoint) === 'CONNECTING');
  for (let i = 0; i < owners.length; i += 1) {
    const endpoint = owners[(place + i) % owners.length];
    const state = stateOf(endpoint);
    if (state === 'READY') return { endpoint, connects };
    if (state === 'IDLE' && may) {
      connects = endpoint;
      may = false;
    }
  }
  return { endpoint: -1, connects };
}
