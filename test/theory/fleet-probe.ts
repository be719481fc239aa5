// Watches a fleet of machines from outside: how many are down, and for how long each.
import type { World } from '../../src/world/build.ts';
import { Sample } from './sample.ts';

export class FleetProbe {
  readonly #world: World;
  readonly #failedUs: Float64Array;
  /** Of which machine each failure is: one is booked for each machine, and another one with the end of its repair. */
  readonly #machineOf: number[] = [];
  #down = 0;
  #sinceUs = 0;
  #lastUs = 0;
  #sample = new Sample();

  constructor(world: World) {
    this.#world = world;
    const { nodes, machines } = world.state;
    this.#failedUs = new Float64Array(nodes.length);
    for (let node = 0; node < nodes.length; node += 1) this.#machineOf.push(node);
    world.engine.observe((timeUs, kind, alarm, failure) => {
      if (kind !== 'fault.alarm') return;
      this.#advance(timeUs);
      const node = this.#machineOf[failure];
      const up = machines.nodeUp[node] === 1;
      if (up) {
        this.#down += 1;
        this.#failedUs[node] = timeUs;
        this.#sample.add('failures', 1);
      } else {
        this.#machineOf.push(node);
        this.#down -= 1;
        this.#sample.add('repairs', 1);
        this.#sample.add('outage', timeUs - this.#failedUs[node]);
      }
      // The first alarm of the fault is a failure, the second one the end of a repair.
      if (up !== (alarm === 0)) throw new Error(`alarm ${alarm} of a machine that is ${up ? 'up' : 'down'}`);
    });
  }

  /** Everything since the last call. */
  take(): Sample {
    const { now } = this.#world.engine;
    this.#advance(now);
    const sample = this.#sample;
    sample.add('time', now - this.#lastUs);
    this.#lastUs = now;
    this.#sample = new Sample();
    return sample;
  }

  #advance(timeUs: number): void {
    this.#sample.count('down', this.#down, timeUs - this.#sinceUs);
    this.#sinceUs = timeUs;
  }
}
