// gRPC's outlier detection as a state machine: at the end of each interval, by success rates and by failure percentages.
import type { EjectionListener } from './ejections.ts';
import { successRateThreshold } from './success-rates.ts';

interface Rule {
  readonly enforcementPercentage: number;
  readonly minimumHosts: number;
  readonly requestVolume: number;
}

export interface GrpcOutlierSettings {
  readonly baseEjectionTimeUs: number;
  readonly maxEjectionTimeUs: number;
  readonly maxEjectionPercent: number;
  readonly successRateEjection?: (Rule & { readonly stdevFactor: number }) | undefined;
  readonly failurePercentageEjection?: (Rule & { readonly threshold: number }) | undefined;
}

interface Host {
  successes: number;
  failures: number;
  multiplier: number;
  times: number;
  /** -1 while it is not ejected. */
  ejectedUs: number;
}

export class GrpcOutlierMachine {
  /** An ejected host that is ejected again counts twice: it is too high then, in gRPC as well. */
  ejected = 0;
  readonly hosts = new Map<number, Host>();
  readonly #settings: GrpcOutlierSettings;
  readonly #listener: EjectionListener;
  /** Of 0 … n - 1. */
  readonly #random: (n: number) => number;

  constructor(settings: GrpcOutlierSettings, listener: EjectionListener, random: (n: number) => number) {
    this.#settings = settings;
    this.#listener = listener;
    this.#random = random;
  }

  add(host: number): void {
    this.hosts.set(host, { successes: 0, failures: 0, multiplier: 0, times: 0, ejectedUs: -1 });
  }

  remove(host: number): void {
    if ((this.hosts.get(host)?.ejectedUs ?? -1) >= 0) this.ejected -= 1;
    this.hosts.delete(host);
  }

  ended(host: number, success: boolean): void {
    const found = this.hosts.get(host);
    if (found === undefined) return;
    if (success) found.successes += 1;
    else found.failures += 1;
  }

  intervalEnds(nowUs: number): void {
    this.#bySuccessRate(nowUs);
    this.#byFailurePercentage(nowUs);
    for (const [host, state] of this.hosts) {
      state.successes = 0;
      state.failures = 0;
      if (state.ejectedUs < 0) state.multiplier = Math.max(0, state.multiplier - 1);
      else if (nowUs > state.ejectedUs + this.#forUs(state.multiplier)) this.#return(host, state);
    }
  }

  #bySuccessRate(nowUs: number): void {
    const rule = this.#settings.successRateEjection;
    if (rule === undefined) return;
    const hosts = this.#considered(rule);
    if (hosts.length < rule.minimumHosts) return;
    const rates = hosts.map(([, { successes, failures }]) => successes / (successes + failures));
    const threshold = successRateThreshold(rates, rule.stdevFactor);
    for (const [index, [host, state]] of hosts.entries()) {
      if (this.#full) return;
      if (rates[index] < threshold) this.#eject(host, state, 'SUCCESS_RATE', rule, nowUs);
    }
  }

  #byFailurePercentage(nowUs: number): void {
    const rule = this.#settings.failurePercentageEjection;
    if (rule === undefined) return;
    const hosts = this.#considered(rule);
    if (hosts.length < rule.minimumHosts) return;
    for (const [host, state] of hosts) {
      if (this.#full) return;
      const percent = (state.failures / (state.successes + state.failures)) * 100;
      if (percent > rule.threshold) this.#eject(host, state, 'FAILURE_PERCENTAGE', rule, nowUs);
    }
  }

  #considered({ requestVolume }: Rule): (readonly [number, Host])[] {
    return [...this.hosts].filter(([, { successes, failures }]) => successes + failures >= requestVolume);
  }

  get #full(): boolean {
    return (this.ejected / this.hosts.size) * 100 >= this.#settings.maxEjectionPercent;
  }

  #eject(host: number, state: Host, type: 'SUCCESS_RATE' | 'FAILURE_PERCENTAGE', rule: Rule, nowUs: number): void {
    const enforced = this.#random(100) < rule.enforcementPercentage;
    if (enforced) {
      this.ejected += 1;
      state.multiplier += 1;
      state.ejectedUs = nowUs;
      state.times += 1;
    }
    this.#listener.ejected(host, type, enforced, state.times);
  }

  #return(host: number, state: Host): void {
    this.ejected -= 1;
    state.ejectedUs = -1;
    this.#listener.returned(host);
  }

  #forUs(multiplier: number): number {
    const { baseEjectionTimeUs, maxEjectionTimeUs } = this.#settings;
    return Math.min(baseEjectionTimeUs * multiplier, Math.max(baseEjectionTimeUs, maxEjectionTimeUs));
  }
}
