// Hot dialect: clients outside that send and take what they are sent slowly, and how long that holds a place at whom they talk to.
import type { GatewayBuffers } from '../../model/settings/gateway.ts';
import type { MessageSizes } from '../../model/settings/connections.ts';
import type { PodRow } from '../../model/rows.ts';
import type { Behaviors } from '../behaviors.ts';
import type { CallSites } from '../call-sites.ts';
import { CALL, type CallTable, Field } from '../calls.ts';
import type { SentAs } from '../classes/sent-as.ts';
import { SERVER, ServerField, type Servers } from '../servers.ts';

const NONE = -1;

/**
 * A message goes at the client's pace as far back as nobody has room for it: whoever serves the client holds what fits into its buffers, and the
 * backend of a proxy the rest. Times in µs. Source: nginx, `proxy_buffering`, `proxy_request_buffering`.
 */
export class SlowClients {
  /** By number of the containers. */
  readonly servers: Servers[] = [];
  /** Hears of requests that keep their places from now on for their clients alone. */
  held: (row: number) => void = () => undefined;
  readonly #sites: CallSites;
  readonly #behaviors: Behaviors;
  readonly #sentAs: SentAs | undefined;

  constructor(sites: CallSites, behaviors: Behaviors, sentAs: SentAs | undefined) {
    this.#sites = sites;
    this.#behaviors = behaviors;
    this.#sentAs = sentAs;
  }

  /** How long a request, whose work is done, keeps its place for what is still sent to or by its client; 0 for calls of pods. */
  holdUs(calls: CallTable, row: number): number {
    const { ints } = calls;
    const first = this.#first(ints, row);
    if (first === NONE) return 0;
    const rate = this.#sites.bytesPerSecond[ints[CALL * first + Field.Site]];
    if (rate === Infinity) return 0;
    const usual = this.#behaviors.sizes[this.#behaviorOf(ints, first)];
    const sizes: MessageSizes | undefined = this.#sentAs === undefined ? usual : this.#sentAs.sizesOf(first, usual);
    if (sizes === undefined) return 0;
    const bytes = this.#held(ints, row, first, sizes.requestBytes, 'requestBytes');
    return Math.round((1e6 * (bytes + this.#held(ints, row, first, sizes.responseBytes, 'responseBytes'))) / rate);
  }

  /** The client's own request, for which proxies made this one; -1 where a pod has made it. */
  #first(ints: Int32Array, row: number): number {
    let at = row;
    for (;;) {
      const parent = ints[CALL * at + Field.Parent];
      if (parent === NONE) return this.#sites.isUpstream(ints[CALL * at + Field.Site]) ? NONE : at;
      if (!this.#sites.isUpstream(ints[CALL * at + Field.Site])) return NONE;
      at = parent;
    }
  }

  /** Of the bytes of a message, those for which this request keeps its place. */
  #held(ints: Int32Array, row: number, first: number, bytes: number, which: keyof GatewayBuffers): number {
    const left = this.#left(ints, row, first, bytes, which);
    return Math.min(left, this.#buffersOf(ints, row)?.[which] ?? Infinity);
  }

  /** What did not fit into the buffers of the proxies before it. */
  #left(ints: Int32Array, row: number, first: number, bytes: number, which: keyof GatewayBuffers): number {
    if (row === first) return bytes;
    const proxy = ints[CALL * row + Field.Parent];
    const room = this.#buffersOf(ints, proxy)?.[which] ?? 0;
    return Math.max(0, this.#left(ints, proxy, first, bytes, which) - room);
  }

  /** Undefined for what is no proxy. */
  #buffersOf(ints: Int32Array, row: number): GatewayBuffers | undefined {
    return this.#behaviors.gateways[this.#behaviorOf(ints, row)]?.buffers;
  }

  #behaviorOf(ints: Int32Array, row: number): number {
    const { ints: servers } = this.servers[ints[CALL * row + Field.Container]];
    return servers[SERVER * (ints[CALL * row + Field.Pod] as PodRow) + ServerField.Behavior];
  }
}
