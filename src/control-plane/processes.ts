// The processes of the control plane by name, for whoever sends them signals.
import { assert } from '../lib/assert.ts';
import type { NodeRow } from '../model/rows.ts';
import type {
  ControlPlaneProcess,
  ControlPlaneProcesses,
  ProcessSignal,
} from '../model/ports/control-plane-processes.ts';

/** What a signal reaches, with its supervisor. */
export interface SignalledProcess extends ControlPlaneProcess {
  signal(signal: ProcessSignal): void;
  /** Does nothing where it runs, or is about to. */
  start(): void;
  /** Of a member of etcd. */
  slowDisk?(extraUs: number): () => void;
  /** Of a server. */
  expire?(): () => void;
  /** Whether somebody holds it. */
  readonly held: boolean;
  /** Where a kubelet starts it again: called at its end, with the exit code, in place of its supervisor. */
  onEnd: ((exitCode: number) => void) | undefined;
  /** It is not started again until it has been let go as often as it was held. */
  hold(): void;
  letGo(): void;
}

export class Processes implements ControlPlaneProcesses {
  readonly #byName = new Map<string, SignalledProcess>();
  /** Called for each signal after it was sent, and when nobody holds a process any more. */
  onSignal: ((process: SignalledProcess, signal: ProcessSignal) => void) | undefined;
  onLetGo: ((process: SignalledProcess) => void) | undefined;

  serves: (node: NodeRow) => boolean = () => true;

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
    const process = this.#known(name);
    process.signal(signal);
    this.onSignal?.(process, signal);
  }

  hold(name: string): void {
    this.#known(name).hold();
  }

  letGo(name: string): void {
    const process = this.#known(name);
    process.letGo();
    if (!process.held) this.onLetGo?.(process);
  }

  slowDisk(name: string, extraUs: number): () => void {
    return this.#known(name).slowDisk?.(extraUs) ?? ((): void => undefined);
  }

  expire(name: string): () => void {
    return this.#known(name).expire?.() ?? ((): void => undefined);
  }

  #known(name: string): SignalledProcess {
    const process = this.#byName.get(name);
    assert(process !== undefined, () => `there is no process "${name}"`);
    return process;
  }
}
