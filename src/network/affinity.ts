// Hot dialect: which endpoint each kube-proxy sent each client to last, for Services with session affinity.
import type { CounterRandom } from '../engine/counter.ts';
import { clientOf, clientsLuck } from '../model/clients.ts';
import type { EndpointSubset } from '../model/endpoints.ts';
import type { NodeRow, PodRow } from '../model/rows.ts';

/** The address of a client: the row of the calling pod, or below -1 one outside. */
export type ClientAddress = number;

interface Sticky {
  pod: PodRow;
  epoch: number;
  untilUs: number;
}

/** With more clients than this, those whose time has run out are dropped now and then. */
const FEW = 1024;

export class SessionAffinity {
  /** By subset of endpoints, then by proxy and client. */
  readonly #sticky = new Map<number, Map<number, Sticky>>();
  readonly #luck: CounterRandom;

  constructor(seed: number | string) {
    this.#luck = clientsLuck(seed);
  }

  /** A caller in the cluster has its own address; a request from outside comes from one of so many, in all of its attempts. */
  addressOf(caller: PodRow, clients: number, ordinal: number, hop: number): ClientAddress {
    if (caller >= 0) return caller;
    return -2 - clientOf(this.#luck, clients, ordinal, hop);
  }

  /** The index of the endpoint that the client had within its time, if it is still there; else -1. */
  find({ number, pods, epochs }: EndpointSubset, node: NodeRow, client: ClientAddress, nowUs: number): number {
    const last = this.#sticky.get(number)?.get(keyOf(node, client));
    if (last === undefined || last.untilUs <= nowUs) return -1;
    for (let i = 0; i < pods.length; i += 1) if (pods[i] === last.pod && epochs[i] === last.epoch) return i;
    return -1;
  }

  /** The client has been sent to an endpoint: its time starts over. */
  keep(
    { number, pods, epochs }: EndpointSubset,
    index: number,
    node: NodeRow,
    client: ClientAddress,
    nowUs: number,
    affinityUs: number,
  ): void {
    let clients = this.#sticky.get(number);
    if (clients === undefined) {
      clients = new Map();
      this.#sticky.set(number, clients);
    }
    const key = keyOf(node, client);
    const entry = clients.get(key);
    const untilUs = nowUs + affinityUs;
    if (entry === undefined) {
      clients.set(key, { pod: pods[index], epoch: epochs[index], untilUs });
      if (clients.size > FEW && (clients.size & (clients.size - 1)) === 0) forget(clients, nowUs);
    } else {
      entry.pod = pods[index];
      entry.epoch = epochs[index];
      entry.untilUs = untilUs;
    }
  }
}

function keyOf(node: NodeRow, client: ClientAddress): number {
  return (node + 1) * 2 ** 32 + (client + 2 ** 31);
}

function forget(clients: Map<number, Sticky>, nowUs: number): void {
  for (const [key, { untilUs }] of clients) if (untilUs <= nowUs) clients.delete(key);
}
