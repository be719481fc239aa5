// What the outlier detections of Envoy and gRPC have in common: the hosts, how many of them are ejected, and for how long.
import type { EjectionListener, EjectionType } from './ejections.ts';

export interface OutlierHost {
  /** Times that it was ejected, one less for each interval without: it multiplies the base time. */
  backOff: number;
  /** Times that it was ejected. */
  times: number;
  /** -1 while it is not ejected. */
  ejectedUs: number;
}

export interface EjectionTimes {
  readonly baseEjectionTimeUs: number;
  readonly maxEjectionTimeUs: number;
  readonly maxEjectionPercent: number;
}

export abstract class OutlierMachine<Settings extends EjectionTimes, Host extends OutlierHost> {
  ejected = 0;
  readonly hosts = new Map<number, Host>();
  protected readonly settings: Settings;
  readonly #listener: EjectionListener;
  /** Of 0 … n - 1. */
  protected readonly random: (n: number) => number;

  constructor(settings: Settings, listener: EjectionListener, random: (n: number) => number) {
    this.settings = settings;
    this.#listener = listener;
    this.random = random;
  }

  abstract intervalEnds(nowUs: number): void;
  protected abstract newHost(): Host;
  /** An ejection that is enforced. */
  protected abstract eject(state: Host): void;

  add(host: number): void {
    this.hosts.set(host, this.newHost());
  }

  remove(host: number): void {
    if ((this.hosts.get(host)?.ejectedUs ?? -1) >= 0) this.ejected -= 1;
    this.hosts.delete(host);
  }

  /** With this probability, in percent; else it is only noted. */
  protected tryToEject(host: number, state: Host, type: EjectionType, percent: number, nowUs: number): void {
    const enforced = this.random(100) < percent;
    if (enforced) {
      this.eject(state);
      state.ejectedUs = nowUs;
      state.times += 1;
    }
    this.#listener.ejected(host, type, enforced, state.times);
  }

  protected return(host: number, state: Host): void {
    this.ejected -= 1;
    state.ejectedUs = -1;
    this.#listener.returned(host);
  }

  protected ejectionUs({ backOff }: Host): number {
    const { baseEjectionTimeUs, maxEjectionTimeUs } = this.settings;
    return Math.min(baseEjectionTimeUs * backOff, Math.max(baseEjectionTimeUs, maxEjectionTimeUs));
  }
}
