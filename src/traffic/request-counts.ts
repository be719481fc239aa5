// How many requests pods and Services have been sent and still hold, for those who look now and then.
import type { RequestCounts } from '../model/ports/request-readings.ts';
import { type Meters, Tally } from './meters.ts';
import type { Readings } from './request-readings.ts';
import type { ServiceDirectory } from './services.ts';
import type { PodRow } from '../model/rows.ts';

/** Who knows what the containers of a pod hold. */
interface Holders {
  heldIn(pod: PodRow): number;
  waitingIn(pod: PodRow): number;
}

export class CountsOfRequests implements RequestCounts {
  readonly #readings: Readings;
  readonly #holders: Holders;
  readonly #services: ServiceDirectory;
  readonly #meters: Meters;

  constructor(readings: Readings, holders: Holders, services: ServiceDirectory, meters: Meters) {
    this.#readings = readings;
    this.#holders = holders;
    this.#services = services;
    this.#meters = meters;
  }

  countByPod(): void {
    this.#readings.countByPod();
  }

  sentTo(pod: PodRow): number {
    return this.#readings.sentTo(pod);
  }

  heldBy(pod: PodRow): number {
    return this.#holders.heldIn(pod);
  }

  waitingIn(pod: PodRow): number {
    return this.#holders.waitingIn(pod);
  }

  sentToService(namespace: string, name: string): number {
    const meter = this.#services.meterOf(namespace, name);
    return meter < 0 ? 0 : this.#meters.total(meter, Tally.Attempts);
  }

  heldOfService(namespace: string, name: string): number {
    const meter = this.#services.meterOf(namespace, name);
    return meter < 0 ? 0 : this.#meters.inFlight(meter);
  }
}
