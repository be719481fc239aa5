// Envoy's outlier detection as a state machine: failures in a row as they come; success rates and failure percentages at each interval.
import type { EjectionType } from './ejections.ts';
import { type EjectionTimes, type OutlierHost, OutlierMachine } from './outlier-machine.ts';
import { successRateThreshold } from './success-rates.ts';

/** Envoy's names; `enforcing…` are percentages. */
export interface EnvoyOutlierSettings extends EjectionTimes {
  readonly consecutive5xx: number;
  readonly consecutiveGatewayFailure: number;
  readonly enforcingConsecutive5xx: number;
  readonly enforcingConsecutiveGatewayFailure: number;
  readonly enforcingSuccessRate: number;
  readonly successRateMinimumHosts: number;
  readonly successRateRequestVolume: number;
  readonly successRateStdevFactor: number;
  readonly failurePercentageThreshold: number;
  readonly enforcingFailurePercentage: number;
  readonly failurePercentageMinimumHosts: number;
  readonly failurePercentageRequestVolume: number;
  /** Whatever `maxEjectionPercent` says. */
  readonly alwaysEjectOneHost: boolean;
  readonly maxEjectionTimeJitterUs: number;
}

interface Host extends OutlierHost {
  consecutive5xx: number;
  consecutiveGatewayFailures: number;
  requests: number;
  successes: number;
  /** When the current interval's end began: an interval that ends with a return does not make the next ejection shorter. */
  wasEjected: boolean;
  /** What is added to the time of its ejection. */
  jitterUs: number;
}

export class EnvoyOutlierMachine extends OutlierMachine<EnvoyOutlierSettings, Host> {
  protected override newHost(): Host {
    return {
      consecutive5xx: 0,
      consecutiveGatewayFailures: 0,
      requests: 0,
      successes: 0,
      backOff: 0,
      times: 0,
      ejectedUs: -1,
      wasEjected: false,
      jitterUs: 0,
    };
  }

  /** An answer with an HTTP status; no answer counts as 503 or 504. */
  answered(host: number, status: number, nowUs: number): void {
    const state = this.hosts.get(host);
    if (state === undefined) return;
    state.requests += 1;
    if (status < 500) {
      state.successes += 1;
      state.consecutive5xx = 0;
      state.consecutiveGatewayFailures = 0;
      return;
    }
    const { consecutive5xx, consecutiveGatewayFailure } = this.settings;
    if (status >= 502 && status <= 504) {
      state.consecutiveGatewayFailures += 1;
      if (state.consecutiveGatewayFailures === consecutiveGatewayFailure) {
        state.consecutiveGatewayFailures = 0;
        this.#inARow(host, state, 'CONSECUTIVE_GATEWAY_FAILURE', nowUs);
      }
    } else {
      state.consecutiveGatewayFailures = 0;
    }
    state.consecutive5xx += 1;
    if (state.consecutive5xx === consecutive5xx) {
      state.consecutive5xx = 0;
      this.#inARow(host, state, 'CONSECUTIVE_5XX', nowUs);
    }
  }

  override intervalEnds(nowUs: number): void {
    for (const [host, state] of this.hosts) {
      state.wasEjected = state.ejectedUs >= 0;
      if (state.wasEjected && nowUs - state.ejectedUs >= this.ejectionUs(state) + state.jitterUs)
        this.return(host, state);
    }
    this.#byRates(nowUs);
    for (const state of this.hosts.values()) {
      state.requests = 0;
      state.successes = 0;
      if (!state.wasEjected && state.ejectedUs < 0) state.backOff = Math.max(0, state.backOff - 1);
    }
  }

  #inARow(host: number, state: Host, type: EjectionType, nowUs: number): void {
    if (state.ejectedUs < 0) this.#eject(host, state, type, nowUs);
  }

  /** Both rules look at the hosts that were not ejected before either. */
  #byRates(nowUs: number): void {
    const settings = this.settings;
    const active = [...this.hosts].filter(([, { ejectedUs, requests }]) => ejectedUs < 0 && requests > 0);
    const some = active.filter(([, { requests }]) => requests >= settings.successRateRequestVolume);
    if (some.length > 0 && some.length >= settings.successRateMinimumHosts) {
      const rates = some.map(([, state]) => percent(state));
      const threshold = successRateThreshold(rates, settings.successRateStdevFactor);
      for (const [index, [host, state]] of some.entries()) {
        if (rates[index] < threshold) this.#eject(host, state, 'SUCCESS_RATE', nowUs);
      }
    }
    const others = active.filter(([, { requests }]) => requests >= settings.failurePercentageRequestVolume);
    if (others.length > 0 && others.length >= settings.failurePercentageMinimumHosts) {
      for (const [host, state] of others) {
        if (100 - percent(state) >= settings.failurePercentageThreshold) {
          this.#eject(host, state, 'FAILURE_PERCENTAGE', nowUs);
        }
      }
    }
  }

  #eject(host: number, state: Host, type: EjectionType, nowUs: number): void {
    const { maxEjectionPercent, alwaysEjectOneHost } = this.settings;
    const isOnlyOne = alwaysEjectOneHost && this.ejected === 0;
    if (!isOnlyOne && (100 * (this.ejected + 1)) / this.hosts.size > maxEjectionPercent) return;
    this.tryToEject(host, state, type, this.#enforcing(type), nowUs);
  }

  protected override eject(state: Host): void {
    const { baseEjectionTimeUs, maxEjectionTimeUs, maxEjectionTimeJitterUs } = this.settings;
    state.jitterUs = maxEjectionTimeJitterUs === 0 ? 0 : this.random(maxEjectionTimeJitterUs + 1);
    if (state.ejectedUs < 0) this.ejected += 1;
    const mostUs = Math.max(baseEjectionTimeUs, maxEjectionTimeUs);
    if (state.backOff * baseEjectionTimeUs < mostUs + baseEjectionTimeUs) state.backOff += 1;
  }

  protected override return(host: number, state: Host): void {
    state.consecutive5xx = 0;
    state.consecutiveGatewayFailures = 0;
    super.return(host, state);
  }

  #enforcing(type: EjectionType): number {
    const settings = this.settings;
    switch (type) {
      case 'CONSECUTIVE_5XX':
        return settings.enforcingConsecutive5xx;
      case 'CONSECUTIVE_GATEWAY_FAILURE':
        return settings.enforcingConsecutiveGatewayFailure;
      case 'SUCCESS_RATE':
        return settings.enforcingSuccessRate;
      case 'FAILURE_PERCENTAGE':
        return settings.enforcingFailurePercentage;
    }
  }
}

function percent({ successes, requests }: Host): number {
  return (successes * 100) / requests;
}
