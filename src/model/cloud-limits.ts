// Whether the provider refuses calls now: for those who rent machines and make volumes.
import type { CloudTroubles } from './ports/troubles.ts';

export class CloudLimits implements CloudTroubles {
  #holders = 0;

  get refuses(): boolean {
    return this.#holders > 0;
  }

  throttle(): () => void {
    this.#holders += 1;
    return () => {
      this.#holders -= 1;
    };
  }
}
