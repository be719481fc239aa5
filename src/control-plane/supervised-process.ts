// A process of the control plane with its supervisor: signals end it, stop it, let it go on, and it is started again.
import type { Life } from '../engine/process.ts';
import { Process } from '../engine/process.ts';
import type { Engine } from '../engine/engine.ts';
import { assert } from '../lib/assert.ts';
import type { ProcessSignal } from '../model/ports/control-plane-processes.ts';
import type { SignalledProcess } from './processes.ts';

/** What a process ends with that dies of a signal; one that has lost its lease exits with 1. */
export const EXIT_OF_SIGKILL = 137;
export const EXIT_OF_SIGTERM = 143;
const EXIT_OF_LOSER = 1;

/** What runs in a life of a process. */
export interface Program {
  readonly leads: boolean;
  /** SIGTERM: it exits when it is done. Without this it dies of the signal. */
  terminate?(): void;
}

export interface ProcessSpec {
  readonly name: string;
  readonly component: string;
  readonly machine: string;
  readonly zone: string;
  /** The first of its component draws from the random streams that a component without processes has. */
  readonly first: boolean;
  /** From its start until its program runs, µs; drawn each time. */
  readonly startUs: () => number;
  /** From its end until it is started again, µs, by how often it has ended and when it was last started. */
  readonly restartUs: (restarts: RestartHistory) => number;
  /** `exit` ends the process by itself. */
  readonly main: (life: Life, exit: () => void) => Program;
}

/** What a supervisor knows of a process that has just ended. Times in µs. */
export interface RestartHistory {
  readonly endedUs: number;
  readonly startedUs: number;
}

export class SupervisedProcess implements SignalledProcess {
  readonly name: string;
  readonly component: string;
  readonly machine: string;
  readonly zone: string;
  onEnd: SignalledProcess['onEnd'];
  /** Called when it has begun, ended, stopped or gone on. */
  readonly changes: (() => void)[] = [];
  readonly #engine: Engine;
  readonly #spec: ProcessSpec;
  readonly #process: Process;
  readonly #onStart: number;
  readonly #onMain: number;
  #program: Program | undefined;
  #holders = 0;
  /** Of the start that is under way or booked. */
  #attempt = 0;
  #startedUs = 0;
  /** Started, and its program does not run yet. */
  #starting = false;
  /** Stopped while it was loaded. */
  #stopped = false;
  /** SIGTERM came. */
  #terminating = false;

  constructor(engine: Engine, spec: ProcessSpec) {
    this.name = spec.name;
    this.component = spec.component;
    this.machine = spec.machine;
    this.zone = spec.zone;
    this.#engine = engine;
    this.#spec = spec;
    this.#process = new Process(engine, spec.name, !spec.first);
    this.#onStart = engine.kind(`process.start ${spec.name}`, (attempt) => {
      if (attempt === this.#attempt && this.#holders === 0) this.start();
    });
    this.#onMain = engine.kind(`process.main ${spec.name}`, (attempt) => {
      if (attempt === this.#attempt && this.#starting) this.run();
    });
  }

  get state(): 'running' | 'stopped' | 'dead' {
    return this.#process.life === undefined ? 'dead' : (this.#process.life.state as 'running' | 'stopped');
  }

  get leads(): boolean {
    return this.#program?.leads === true;
  }

  /** Starts it: its program runs when it has been loaded. */
  start(): void {
    if (this.#starting || this.#process.life !== undefined) return;
    this.#starting = true;
    this.#startedUs = this.#engine.now;
    this.#attempt += 1;
    this.#engine.after(this.#spec.startUs(), this.#onMain, this.#attempt, 0);
  }

  /** Its program runs from now on. */
  run(): void {
    this.#starting = false;
    this.#terminating = false;
    const life = this.#process.begin();
    const exit = (): void => {
      if (this.#process.life === life) this.#end(this.#terminating ? 0 : EXIT_OF_LOSER);
    };
    this.#program = this.#spec.main(life, exit);
    if (this.#stopped) life.stop();
    this.#stopped = false;
    this.#changed();
  }

  signal(signal: ProcessSignal): void {
    const { life } = this.#process;
    if (life === undefined) {
      if (this.#starting) this.#signalWhileLoading(signal);
      return;
    }
    if (signal === 'SIGKILL') this.#end(EXIT_OF_SIGKILL);
    else if (signal === 'SIGTERM') this.#terminate();
    else if (signal === 'SIGSTOP') {
      life.stop();
      this.#changed();
    } else {
      life.goOn();
      this.#changed();
      // What came while it was stopped.
      if (this.#terminating) this.#terminateNow();
    }
  }

  #signalWhileLoading(signal: ProcessSignal): void {
    if (signal === 'SIGKILL') this.#ended(EXIT_OF_SIGKILL);
    else if (signal === 'SIGTERM') this.#ended(EXIT_OF_SIGTERM);
    else this.#stopped = signal === 'SIGSTOP';
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

  #terminate(): void {
    if (this.#terminating) return;
    this.#terminating = true;
    if (this.state === 'running') this.#terminateNow();
  }

  #terminateNow(): void {
    if (this.#program?.terminate === undefined) this.#end(EXIT_OF_SIGTERM);
    else this.#program.terminate();
  }

  #end(exitCode: number): void {
    this.#process.life?.end();
    this.#program = undefined;
    this.#changed();
    this.#ended(exitCode);
  }

  #changed(): void {
    for (const listener of this.changes) listener();
  }

  #ended(exitCode: number): void {
    this.#starting = false;
    this.#stopped = false;
    this.#attempt += 1;
    if (this.onEnd !== undefined) {
      this.onEnd(exitCode);
      return;
    }
    const history = { endedUs: this.#engine.now, startedUs: this.#startedUs };
    this.#engine.after(this.#spec.restartUs(history), this.#onStart, this.#attempt, 0);
  }
}
