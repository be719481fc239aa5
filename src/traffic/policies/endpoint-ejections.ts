// The endpoints of a destination that a caller uses: those that outlier detection has not ejected.
import { type EndpointSubset, someEndpoints } from '../../model/endpoints.ts';
import type { PodRow } from '../../model/rows.ts';
import type { EjectionListener } from './ejections.ts';
import type { PolicyContext } from './policy.ts';

/** What detects outliers: hosts by number. */
interface Detector {
  readonly hosts: ReadonlyMap<number, { readonly ejectedUs: number }>;
  add(host: number): void;
  remove(host: number): void;
  intervalEnds(nowUs: number): void;
}

const EPOCHS = 2 ** 26;

/** A pod, and which of those that had its row. */
export function endpointKey(pod: PodRow, epoch: number): number {
  return epoch * EPOCHS + pod;
}

/** The pod of a key; its row may have another one by now. */
export function podOfEndpoint(key: number): PodRow {
  return (key % EPOCHS) as PodRow;
}

export class EndpointEjections implements EjectionListener {
  readonly #context: PolicyContext;
  readonly #intervalUs: number;
  /** Below that percentage of hosts in use all are used. */
  readonly #panicPercent: number;
  #detector: Detector | undefined;
  #nextUs: number;
  #all: EndpointSubset | undefined;
  #keys: number[] = [];
  #used: EndpointSubset | undefined;
  #changed = false;

  constructor(context: PolicyContext, intervalUs: number, panicPercent: number) {
    this.#context = context;
    this.#intervalUs = intervalUs;
    this.#panicPercent = panicPercent;
    this.#nextUs = context.nowUs() + intervalUs;
  }

  watch(detector: Detector): void {
    this.#detector = detector;
  }

  /** Intervals end when somebody looks: what they changed nobody could have seen before. */
  advance(): void {
    const nowUs = this.#context.nowUs();
    while (this.#nextUs <= nowUs) {
      this.#detector?.intervalEnds(this.#nextUs);
      this.#nextUs += this.#intervalUs;
    }
  }

  uses(endpoints: EndpointSubset): EndpointSubset {
    if (endpoints !== this.#all) this.#follow(endpoints);
    this.advance();
    if (this.#changed || this.#used === undefined) this.#used = this.#choose(endpoints);
    return this.#used;
  }

  ejected(host: number, reason: string, enforced: boolean, times: number): void {
    if (!enforced) return;
    this.#changed = true;
    this.#context.ejected(host, reason, times);
  }

  returned(host: number): void {
    this.#changed = true;
    this.#context.returned(host);
  }

  #follow(endpoints: EndpointSubset): void {
    this.#all = endpoints;
    this.#changed = true;
    this.#keys = Array.from(endpoints.pods, (pod, index) => endpointKey(pod, endpoints.epochs[index]));
    const detector = this.#detector;
    if (detector === undefined) return;
    const now = new Set(this.#keys);
    for (const host of detector.hosts.keys()) if (!now.has(host)) detector.remove(host);
    for (const host of now) if (!detector.hosts.has(host)) detector.add(host);
  }

  #choose(endpoints: EndpointSubset): EndpointSubset {
    this.#changed = false;
    const kept: number[] = [];
    for (const [index, key] of this.#keys.entries()) {
      if ((this.#detector?.hosts.get(key)?.ejectedUs ?? -1) < 0) kept.push(index);
    }
    if (kept.length === this.#keys.length) return endpoints;
    return 100 * kept.length < this.#panicPercent * this.#keys.length ? endpoints : someEndpoints(endpoints, kept);
  }
}
