// gRPC's weighted_round_robin: weights from the load that backends report, and a sequence of picks that many may share.

export interface WeightSettings {
  readonly blackoutUs: number;
  readonly expirationUs: number;
  readonly errorPenalty: number;
}

/** What a backend says with its answers (ORCA): requests and errors a second, and utilisations (1: all of it). */
export interface LoadReport {
  readonly requestsPerSecond: number;
  readonly errorsPerSecond: number;
  readonly application: number;
  readonly cpu: number;
}

const NEVER = -1;
const MOST = 65_535;
const OFFSET = 32_767;

/** What the reports of one endpoint come to. */
export class ReportedWeight {
  readonly #settings: WeightSettings;
  #weight = 0;
  #lastUs = NEVER;
  #sinceUs = NEVER;

  constructor(settings: WeightSettings) {
    this.#settings = settings;
  }

  report({ requestsPerSecond, errorsPerSecond, application, cpu }: LoadReport, nowUs: number): void {
    const utilization = application === 0 ? cpu : application;
    if (utilization === 0 || requestsPerSecond === 0) return;
    const errors = errorsPerSecond / requestsPerSecond;
    this.#weight = requestsPerSecond / (utilization + errors * this.#settings.errorPenalty);
    this.#lastUs = nowUs;
    if (this.#sinceUs === NEVER) this.#sinceUs = nowUs;
  }

  /** 0 while it may not be used. */
  usable(nowUs: number): number {
    const { expirationUs, blackoutUs } = this.#settings;
    if (this.#lastUs === NEVER) return 0;
    if (nowUs - this.#lastUs >= expirationUs) {
      this.#sinceUs = NEVER;
      return 0;
    }
    if (blackoutUs > 0 && (this.#sinceUs === NEVER || nowUs - this.#sinceUs < blackoutUs)) return 0;
    return this.#weight;
  }
}

/** The weights as integers of 16 bits; undefined: plain round robin. */
export function scaledWeights(weights: readonly number[]): readonly number[] | undefined {
  const known = weights.filter((weight) => weight > 0);
  if (weights.length < 2 || known.length < 2) return undefined;
  const most = known.reduce((a, b) => Math.max(a, b), 0);
  const scale = MOST / most;
  const mean = Math.round(scale * (known.reduce((a, b) => a + b, 0) / known.length));
  const scaled = weights.map((weight) => (weight === 0 ? mean : Math.round(scale * weight)));
  return scaled.every((weight) => weight === mean) ? undefined : scaled;
}

/** The counter from which all picks come; it goes on from schedule to schedule. */
export class PickSequence {
  #counter: number;

  constructor(start: number) {
    this.#counter = start >>> 0;
  }

  next(count: number, scaled: readonly number[] | undefined): number {
    for (;;) {
      this.#counter = (this.#counter + 1) >>> 0;
      const index = this.#counter % count;
      if (scaled === undefined) return index;
      const generation = Math.floor(this.#counter / count);
      const weight = scaled[index];
      if ((weight * generation + index * OFFSET) % MOST >= MOST - weight) return index;
    }
  }
}
