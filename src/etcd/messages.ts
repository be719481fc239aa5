// The messages of an election, on their way between members. What a quiet cluster sends is arithmetic, not messages.
import type { Engine } from '../engine/engine.ts';

export interface Message {
  readonly what: 'ask' | 'answer' | 'heartbeat' | 'newer-term' | 'take-over';
  readonly from: number;
  readonly to: number;
  readonly term: number;
  /** Of a question and its answer: whether it is the one before the vote. */
  readonly before?: boolean;
  /** Of an answer. */
  readonly granted?: boolean;
  /** Of a question: the end of the candidate's log, and whether the leader itself sent it on its way. */
  readonly logTerm?: number;
  readonly logIndex?: number;
  readonly transfer?: boolean;
}

export class Mail {
  readonly #engine: Engine;
  readonly #kind: number;
  readonly #delayUs: (from: number, to: number) => number;
  readonly #messages: (Message | undefined)[] = [];
  readonly #free: number[] = [];

  constructor(engine: Engine, delayUs: (from: number, to: number) => number, deliver: (message: Message) => void) {
    this.#engine = engine;
    this.#delayUs = delayUs;
    this.#kind = engine.kind('etcd.message', (slot) => {
      const message = this.#messages[slot];
      this.#messages[slot] = undefined;
      this.#free.push(slot);
      if (message !== undefined) deliver(message);
    });
  }

  /** Sends a message at an instant that may lie ahead: when the sender has saved what it says. */
  send(message: Message, atUs = this.#engine.now): void {
    const slot = this.#free.pop() ?? this.#messages.length;
    this.#messages[slot] = message;
    this.#engine.at(atUs + this.#delayUs(message.from, message.to), this.#kind, slot, 0);
  }
}
