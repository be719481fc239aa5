// An API server or a member of etcd among the processes that may die: what signals do to it, and its supervisor.
import type { SignalledProcess } from '../../control-plane/processes.ts';
import { EXIT_OF_SIGKILL, EXIT_OF_SIGTERM, type RestartHistory } from '../../control-plane/supervised-process.ts';
import type { Engine } from '../../engine/engine.ts';
import { assert } from '../../lib/assert.ts';
import type { ControlPlaneProcess, ProcessSignal } from '../../model/ports/control-plane-processes.ts';

/** What it is and does, by those who simulate it. */
export interface Outside {
  readonly name: string;
  readonly component: string;
  readonly machine: string;
  readonly zone: string;
  state(): ControlPlaneProcess['state'];
  leads(): boolean;
  signal(signal: ProcessSignal): void;
  start(): void;
  slowDisk?(extraUs: number): () => void;
  expire(): () => void;
}

export class OutsideProcess implements SignalledProcess {
  readonly name: string;
  readonly component: string;
  readonly machine: string;
  readonly zone: string;
  onEnd: SignalledProcess['onEnd'];
  readonly #engine: Engine;
  readonly #outside: Outside;
  readonly #restartUs: (history: RestartHistory) => number;
  readonly #onStart: number;
  #holders = 0;
  #attempt = 0;
  #startedUs = 0;
  #terminated = false;

  constructor(engine: Engine, outside: Outside, restartUs: (history: RestartHistory) => number) {
    this.name = outside.name;
    this.component = outside.component;
    this.machine = outside.machine;
    this.zone = outside.zone;
    this.#engine = engine;
    this.#outside = outside;
    this.#restartUs = restartUs;
    this.#onStart = engine.kind(`process.start ${outside.name}`, (attempt) => {
      if (attempt === this.#attempt && this.#holders === 0) this.start();
    });
  }

  get state(): ControlPlaneProcess['state'] {
    return this.#outside.state();
  }

  get leads(): boolean {
    return this.#outside.leads();
  }

  signal(signal: ProcessSignal): void {
    if (signal === 'SIGTERM') this.#terminated = true;
    this.#outside.signal(signal);
  }

  get held(): boolean {
    return this.#holders > 0;
  }

  hold(): void {
    this.#holders += 1;
  }

  letGo(): void {
    assert(this.#holders > 0, () => `process "${this.name}" is let go and nobody holds it`);
    this.#holders -= 1;
    if (this.#holders === 0 && this.onEnd === undefined) this.start();
  }

  expire(): () => void {
    return this.#outside.expire();
  }

  slowDisk(extraUs: number): () => void {
    return this.#outside.slowDisk?.(extraUs) ?? ((): void => undefined);
  }

  /** Its process ended: the supervisor starts another one. */
  ended(): void {
    this.#attempt += 1;
    if (this.onEnd !== undefined) {
      this.onEnd(this.#terminated ? EXIT_OF_SIGTERM : EXIT_OF_SIGKILL);
      return;
    }
    const history = { endedUs: this.#engine.now, startedUs: this.#startedUs };
    this.#engine.after(this.#restartUs(history), this.#onStart, this.#attempt, 0);
  }

  start(): void {
    if (this.state !== 'dead') return;
    this.#terminated = false;
    this.#startedUs = this.#engine.now;
    this.#outside.start();
  }
}
