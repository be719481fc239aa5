// A process that may die: what it has booked falls silent with it, waits while it is stopped, and a new one begins with nothing.
import { assert } from '../lib/assert.ts';
import type { Audience, Calendar } from './calendar.ts';
import type { Random } from './random.ts';
import { type Script, Scripts } from './script.ts';

type Handler = (a: number, b: number) => void;

/** An event kind of the engine that one life of the process after the other uses. */
interface Slot {
  readonly kind: number;
  readonly name: string;
  /** Whose it is; undefined once that life is over. */
  life: Life | undefined;
  handler: Handler | undefined;
  /** Events that are booked. With none left the next life may have it. */
  pending: number;
}

/** One life of a process: what its code books events with, from its start to its end. */
export class Life implements Calendar, Audience {
  readonly process: Process;
  /** How many the process had before. */
  readonly ordinal: number;
  state: 'running' | 'stopped' | 'over' = 'running';
  readonly #engine: Calendar;
  readonly #scripts: Scripts;
  readonly #atEnd: (() => void)[] = [];
  /** Events that came while it was stopped, in order. */
  #held: { readonly kind: number; readonly a: number; readonly b: number }[] = [];

  constructor(process: Process, engine: Calendar, ordinal: number) {
    this.process = process;
    this.ordinal = ordinal;
    this.#engine = engine;
    const script = this.kind('script', (id) => this.#scripts.resume(id));
    this.#scripts = new Scripts((delayUs, id) => this.after(delayUs, script, id, 0));
  }

  get now(): number {
    return this.#engine.now;
  }

  kind(name: string, handler: Handler): number {
    return this.process.slot(this, name, handler).kind;
  }

  after(delayUs: number, kind: number, a: number, b: number): void {
    if (this.state === 'over') return;
    this.process.booked(kind);
    this.#engine.after(delayUs, kind, a, b);
  }

  at(timeUs: number, kind: number, a: number, b: number): void {
    if (this.state === 'over') return;
    this.process.booked(kind);
    this.#engine.at(timeUs, kind, a, b);
  }

  /** One for all lives of the process: a new one does not draw the same again. */
  stream(name: string): Random {
    return this.#engine.stream(this.process.streamName(name));
  }

  spawn(name: string, script: Script): void {
    if (this.state !== 'over') this.#scripts.spawn(name, script);
  }

  hears(kind: number, a: number, b: number): boolean {
    if (this.state === 'stopped') this.#held.push({ kind, a, b });
    return this.state === 'running';
  }

  /** Called once, when this life ends, however it does. */
  atEnd(handler: () => void): void {
    this.#atEnd.push(handler);
  }

  stop(): void {
    if (this.state === 'running') this.state = 'stopped';
  }

  /** What came meanwhile happens now, in its order. */
  goOn(): void {
    if (this.state !== 'stopped') return;
    this.state = 'running';
    this.#bookHeld();
  }

  end(): void {
    if (this.state === 'over') return;
    this.state = 'over';
    this.process.ended(this);
    // Whoever counts what is on its way learns that nobody is there.
    this.#bookHeld();
    for (const handler of this.#atEnd) handler();
    this.#atEnd.length = 0;
  }

  #bookHeld(): void {
    const held = this.#held;
    this.#held = [];
    for (const { kind, a, b } of held) {
      this.process.booked(kind);
      this.#engine.after(0, kind, a, b);
    }
  }
}

/** A process by name, from one life to the next. */
export class Process {
  readonly name: string;
  /** How many lives have begun. */
  lives = 0;
  life: Life | undefined;
  readonly #engine: Calendar;
  readonly #suffix: string;
  readonly #slots: Slot[] = [];
  /** The same by the number of the kind. */
  readonly #byKind = new Map<number, Slot>();

  /** With `ownChance` its random streams are its own; without, those of the engine by the same names. */
  constructor(engine: Calendar, name: string, ownChance: boolean) {
    this.#engine = engine;
    this.name = name;
    this.#suffix = ownChance ? ` of ${name}` : '';
  }

  /** Begins a life. */
  begin(): Life {
    assert(this.life === undefined, () => `process "${this.name}" runs already`);
    this.life = new Life(this, this.#engine, this.lives);
    this.lives += 1;
    return this.life;
  }

  streamName(name: string): string {
    return `${name}${this.#suffix}`;
  }

  /** For its lives: an event is booked. */
  booked(kind: number): void {
    const slot = this.#byKind.get(kind);
    if (slot !== undefined) slot.pending += 1;
  }

  /** For its lives: an event kind, one that nobody uses any more if there is one of that name. */
  slot(life: Life, name: string, handler: Handler): Slot {
    assert(
      !this.#slots.some((one) => one.life === life && one.name === name),
      () => `event kind "${name}" is registered twice in "${this.name}"`,
    );
    const free = this.#slots.find((one) => one.name === name && one.life === undefined && one.pending === 0);
    const slot = free ?? this.#newSlot(name);
    slot.life = life;
    slot.handler = handler;
    return slot;
  }

  /** For its lives: that one is over. */
  ended(life: Life): void {
    if (this.life === life) this.life = undefined;
    for (const slot of this.#slots) {
      if (slot.life !== life) continue;
      slot.life = undefined;
      slot.handler = undefined;
    }
  }

  #newSlot(name: string): Slot {
    const ring = (a: number, b: number): void => {
      slot.pending -= 1;
      const { life, handler } = slot;
      if (handler !== undefined && life?.hears(slot.kind, a, b) === true) handler(a, b);
    };
    const same = this.#slots.filter((one) => one.name === name).length;
    const kind = this.#engine.kind(`${name} of ${this.name}${same === 0 ? '' : ` ${same + 1}`}`, ring);
    const slot: Slot = { kind, name, life: undefined, handler: undefined, pending: 0 };
    this.#slots.push(slot);
    this.#byKind.set(kind, slot);
    return slot;
  }
}
