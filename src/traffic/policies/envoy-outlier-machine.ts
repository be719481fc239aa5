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
  readonly consecutiveLocalOriginFailure: number;
  readonly enforcingConsecutiveLocalOriginFailure: number;
  readonly enforcingLocalOriginSuccessRate: number;
  readonly enforcingFailurePercentageLocalOrigin: number;
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

/** What is counted of a host from one interval to the next. */
interface Counts {
  requests: number;
  successes: number;
}

interface Host extends OutlierHost {
  consecutive5xx: number;
  consecutiveGatewayFailures: number;
  consecutiveLocalOriginFailures: number;
  /** Answers; without a split everything else too. */
  readonly external: Counts;
  /** With a split: connections, and what befell them. */
  readonly local: Counts;
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
      consecutiveLocalOriginFailures: 0,
      external: { requests: 0, successes: 0 },
      local: { requests: 0, successes: 0 },
      backOff: 0,
      times: 0,
      ejectedUs: -1,
      wasEjected: false,
      jitterUs: 0,
    };
  }

  /** An answer with an HTTP status; no answer counts as 503 or 504, unless these are told apart. */
  answered(host: number, status: number, nowUs: number): void {
    const state = this.hosts.get(host);
    if (state === undefined) return;
    state.external.requests += 1;
    if (status < 500) {
      state.external.successes += 1;
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

  /** A request has a connection to the host. Returns the failures in a row that this ends. */
  connected(host: number): number {
    const state = this.hosts.get(host);
    if (state === undefined) return 0;
    const ended = state.consecutiveLocalOriginFailures;
    state.local.requests += 1;
    state.local.successes += 1;
    state.consecutiveLocalOriginFailures = 0;
    return ended;
  }

  /** It had none after all: as if it had never been `connected`, which ended so many failures. */
  notConnected(host: number, ended: number): void {
    const state = this.hosts.get(host);
    if (state === undefined) return;
    // An interval may have ended since.
    state.local.requests = Math.max(0, state.local.requests - 1);
    state.local.successes = Math.max(0, state.local.successes - 1);
    state.consecutiveLocalOriginFailures += ended;
  }

  /** There was no connection, it was reset, or no answer came in time. */
  failedLocally(host: number, nowUs: number): void {
    const state = this.hosts.get(host);
    if (state === undefined) return;
    state.local.requests += 1;
    state.consecutiveLocalOriginFailures += 1;
    if (state.consecutiveLocalOriginFailures === this.settings.consecutiveLocalOriginFailure) {
      state.consecutiveLocalOriginFailures = 0;
      this.#inARow(host, state, 'CONSECUTIVE_LOCAL_ORIGIN_FAILURE', nowUs);
    }
  }

  override intervalEnds(nowUs: number): void {
    for (const [host, state] of this.hosts) {
      state.wasEjected = state.ejectedUs >= 0;
      if (state.wasEjected && nowUs - state.ejectedUs >= this.ejectionUs(state) + state.jitterUs)
        this.return(host, state);
    }
    this.#byRates(({ external }) => external, 'SUCCESS_RATE', 'FAILURE_PERCENTAGE', nowUs);
    this.#byRates(({ local }) => local, 'SUCCESS_RATE_LOCAL_ORIGIN', 'FAILURE_PERCENTAGE_LOCAL_ORIGIN', nowUs);
    for (const state of this.hosts.values()) {
      for (const counts of [state.external, state.local]) {
        counts.requests = 0;
        counts.successes = 0;
      }
      if (!state.wasEjected && state.ejectedUs < 0) state.backOff = Math.max(0, state.backOff - 1);
    }
  }

  #inARow(host: number, state: Host, type: EjectionType, nowUs: number): void {
    if (state.ejectedUs < 0) this.#eject(host, state, type, nowUs);
  }

  /** Both rules look at the hosts that were not ejected before either. */
  #byRates(countsOf: (host: Host) => Counts, rate: EjectionType, percentage: EjectionType, nowUs: number): void {
    const settings = this.settings;
    const active = [...this.hosts]
      .filter(([, state]) => state.ejectedUs < 0 && countsOf(state).requests > 0)
      .map(([host, state]) => ({ host, state, counts: countsOf(state) }));
    const some = active.filter(({ counts }) => counts.requests >= settings.successRateRequestVolume);
    if (some.length > 0 && some.length >= settings.successRateMinimumHosts) {
      const rates = some.map(({ counts }) => percent(counts));
      const threshold = successRateThreshold(rates, settings.successRateStdevFactor);
      for (const [index, { host, state }] of some.entries()) {
        if (rates[index] < threshold) this.#eject(host, state, rate, nowUs);
      }
    }
    const others = active.filter(({ counts }) => counts.requests >= settings.failurePercentageRequestVolume);
    if (others.length > 0 && others.length >= settings.failurePercentageMinimumHosts) {
      for (const { host, state, counts } of others) {
        if (100 - percent(counts) >= settings.failurePercentageThreshold) this.#eject(host, state, percentage, nowUs);
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
    state.consecutiveLocalOriginFailures = 0;
    super.return(host, state);
  }

  #enforcing(type: EjectionType): number {
    const settings = this.settings;
    switch (type) {
      case 'CONSECUTIVE_5XX':
        return settings.enforcingConsecutive5xx;
      case 'CONSECUTIVE_GATEWAY_FAILURE':
        return settings.enforcingConsecutiveGatewayFailure;
      case 'CONSECUTIVE_LOCAL_ORIGIN_FAILURE':
        return settings.enforcingConsecutiveLocalOriginFailure;
      case 'SUCCESS_RATE_LOCAL_ORIGIN':
        return settings.enforcingLocalOriginSuccessRate;
      case 'FAILURE_PERCENTAGE_LOCAL_ORIGIN':
        return settings.enforcingFailurePercentageLocalOrigin;
      case 'SUCCESS_RATE':
        return settings.enforcingSuccessRate;
      case 'FAILURE_PERCENTAGE':
        return settings.enforcingFailurePercentage;
    }
  }
}

function percent({ successes, requests }: Counts): number {
  return (successes * 100) / requests;
}
