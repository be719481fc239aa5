// The log of Kubernetes events: rows of ints; sentences are made when somebody reads them.
import { Interner } from './interner.ts';

export const EventSubject = { None: 0, Pod: 1, Node: 2, Object: 3 } as const;

/** In a message, `%s` is the subject's own name; `%n` the name of node `argument`; `%p` the name of the pod with the identity `argument`. */
export interface EventMessage {
  readonly source: string;
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
}

export class EventLog {
  readonly messages = new Interner<EventMessage>((one) => `${one.source}\n${one.type}\n${one.reason}\n${one.message}`);
  readonly time: number[] = [];
  readonly message: number[] = [];
  readonly subject: number[] = [];
  /** Pod: its identity; node: its row; object: its row. */
  readonly first: number[] = [];
  readonly argument: number[] = [];

  get length(): number {
    return this.time.length;
  }

  add(nowUs: number, message: number, subject: number, first: number, argument: number): void {
    this.time.push(nowUs);
    this.message.push(message);
    this.subject.push(subject);
    this.first.push(first);
    this.argument.push(argument);
  }
}
