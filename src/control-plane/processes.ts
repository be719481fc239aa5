// The processes of the control plane by name, for whoever sends them signals.
import { assert } from '../lib/assert.ts';
import type {
  ControlPlaneProcess,
  ControlPlaneProcesses,
  ProcessSignal,
} from '../model/ports/control-plane-processes.ts';

/** What a signal reaches, with its supervisor. */
export interface SignalledProcess extends ControlPlaneProcess {
  signal(signal: ProcessSignal): void;
  /** It is not started again until it has been let go as often as it was held. */
  hold(): void;
  letGo(): void;
}

export class Processes implements ControlPlaneProcesses {
  readonly #byName = new Map<string, SignalledProcess>();

  register(process: SignalledProcess): void {
    assert(!this.#byName.has(process.name), () => `two processes are called "${process.name}"`);
    this.#byName.set(process.name, process);
  }

  get list(): readonly SignalledProcess[] {
    return [...this.#byName.values()];
  }

  find(name: string): SignalledProcess | undefined {
    return this.#byName.get(name);
  }

  signal(name: string, signal: ProcessSignal): void {
    this.#known(name).signal(signal);
  }

  hold(name: string): void {
    this.#known(name).hold();
  }

  letGo(name: string): void {
    this.#known(name).letGo();
  }

  #known(name: string): SignalledProcess {
    const process = this.#byName.get(name);
    assert(process !== undefined, () => `there is no process "${name}"`);
    return process;
  }
}
