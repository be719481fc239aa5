// gRPC's outlier detection as a state machine: at the end of each interval, by success rates and by failure percentages.
import { type EjectionTimes, type OutlierHost, OutlierMachine } from './outlier-machine.ts';
import { successRateThreshold } from './success-rates.ts';

interface Rule {
  readonly enforcementPercentage: number;
  readonly minimumHosts: number;
  readonly requestVolume: number;
}

export interface GrpcOutlierSettings extends EjectionTimes {
  readonly successRateEjection?: (Rule & { readonly stdevFactor: number }) | undefined;
  readonly failurePercentageEjection?: (Rule & { readonly threshold: number }) | undefined;
}

interface Host extends OutlierHost {
  successes: number;
  failures: number;
}

export class GrpcOutlierMachine extends OutlierMachine<GrpcOutlierSettings, Host> {
  protected override newHost(): Host {
    return { successes: 0, failures: 0, backOff: 0, times: 0, ejectedUs: -1 };
  }

  ended(host: number, success: boolean): void {
    const found = this.hosts.get(host);
    if (found === undefined) return;
    if (success) found.successes += 1;
    else found.failures += 1;
  }

  override intervalEnds(nowUs: number): void {
    this.#bySuccessRate(nowUs);
    this.#byFailurePercentage(nowUs);
    for (const [host, state] of this.hosts) {
      state.successes = 0;
      state.failures = 0;
      if (state.ejectedUs < 0) state.backOff = Math.max(0, state.backOff - 1);
      else if (nowUs > state.ejectedUs + this.ejectionUs(state)) this.return(host, state);
    }
  }

  #bySuccessRate(nowUs: number): void {
    const rule = this.settings.successRateEjection;
    if (rule === undefined) return;
    const hosts = this.#considered(rule);
    if (hosts.length < rule.minimumHosts) return;
    const rates = hosts.map(([, { successes, failures }]) => successes / (successes + failures));
    const threshold = successRateThreshold(rates, rule.stdevFactor);
    for (const [index, [host, state]] of hosts.entries()) {
      if (this.#full) return;
      if (rates[index] < threshold) this.tryToEject(host, state, 'SUCCESS_RATE', rule.enforcementPercentage, nowUs);
    }
  }

  #byFailurePercentage(nowUs: number): void {
    const rule = this.settings.failurePercentageEjection;
    if (rule === undefined) return;
    const hosts = this.#considered(rule);
    if (hosts.length < rule.minimumHosts) return;
    for (const [host, state] of hosts) {
      if (this.#full) return;
      const percent = (state.failures / (state.successes + state.failures)) * 100;
      if (percent > rule.threshold)
        this.tryToEject(host, state, 'FAILURE_PERCENTAGE', rule.enforcementPercentage, nowUs);
    }
  }

  #considered({ requestVolume }: Rule): (readonly [number, Host])[] {
    return [...this.hosts].filter(([, { successes, failures }]) => successes + failures >= requestVolume);
  }

  get #full(): boolean {
    return (this.ejected / this.hosts.size) * 100 >= this.settings.maxEjectionPercent;
  }

  /** A host that is ejected and ejected again counts twice in `ejected`: it is too high then, in gRPC as well. */
  protected override eject(state: Host): void {
    this.ejected += 1;
    state.backOff += 1;
  }
}
