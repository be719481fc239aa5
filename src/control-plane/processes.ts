// The processes of the control plane by name, for whoever sends them signals.
import { assert } from '../lib/assert.ts';
import type { ControlPlaneProcesses, ProcessSignal } from '../model/ports.ts';
import type { SupervisedProcess } from './supervised-process.ts';

export class Processes implements ControlPlaneProcesses {
  readonly #byName = new Map<string, SupervisedProcess>();

  register(process: SupervisedProcess): void {
    assert(!this.#byName.has(process.name), () => `two processes are called "${process.name}"`);
    this.#byName.set(process.name, process);
  }

  get list(): readonly SupervisedProcess[] {
    return [...this.#byName.values()];
  }

  find(name: string): SupervisedProcess | undefined {
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

  #known(name: string): SupervisedProcess {
    const process = this.#byName.get(name);
    assert(process !== undefined, () => `there is no process "${name}"`);
    return process;
  }
}
