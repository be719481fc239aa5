// For how long a group whose scale-up failed is left alone: twice as long each time, and forgotten after a while.
import type { AutoscalerOptions } from '../options.ts';

interface Backoff {
  readonly durationUs: number;
  readonly untilUs: number;
  readonly failedUs: number;
}

type Options = Pick<
  AutoscalerOptions,
  'initialNodeGroupBackoffUs' | 'maxNodeGroupBackoffUs' | 'nodeGroupBackoffResetUs'
>;

/** By group. */
export class Backoffs {
  readonly #options: Options;
  readonly #backoffs = new Map<string, Backoff>();

  constructor(options: Options) {
    this.#options = options;
  }

  failed(group: string, nowUs: number): void {
    const { initialNodeGroupBackoffUs, maxNodeGroupBackoffUs } = this.#options;
    const before = this.#backoffs.get(group);
    let durationUs = before?.durationUs ?? initialNodeGroupBackoffUs;
    // Several failures at a time count once.
    if (before !== undefined && before.untilUs < nowUs) durationUs = Math.min(2 * durationUs, maxNodeGroupBackoffUs);
    this.#backoffs.set(group, { durationUs, untilUs: nowUs + durationUs, failedUs: nowUs });
  }

  isBackedOff(group: string, nowUs: number): boolean {
    return (this.#backoffs.get(group)?.untilUs ?? -1) >= nowUs;
  }

  forgetOld(nowUs: number): void {
    for (const [group, { failedUs }] of this.#backoffs) {
      if (failedUs + this.#options.nodeGroupBackoffResetUs < nowUs) this.#backoffs.delete(group);
    }
  }
}
