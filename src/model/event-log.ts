// The log of Kubernetes events: rows of ints; sentences are made when somebody reads them.
import { Interner } from './interner.ts';
import type { IdentityRow, NodeRow, ObjectRow } from './rows.ts';

export const EventSubject = { None: 0, Pod: 1, Node: 2, Object: 3 } as const;

/** Whom an event is about: a pod's identity, a node, an object, or nobody (-1). */
export type SubjectRow = IdentityRow | NodeRow | ObjectRow;
/** What `%n` or `%p` of its message stands for, or -1. */
export type EventArgument = NodeRow | IdentityRow;

/** In a message, `%s` is the subject's own name; `%n` the name of node `argument`; `%p` the name of the pod with the identity `argument`. */
export interface EventMessage {
  readonly source: string;
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
}

/** The only place where rows of several tables are in one column: the subject and the message say what a row is one of. */
export class EventLog {
  readonly messages = new Interner<EventMessage>((one) => `${one.source}\n${one.type}\n${one.reason}\n${one.message}`);
  /** When the API server had it, µs. */
  readonly time: number[] = [];
  /** When the component recorded it, µs: what Kubernetes calls its time. */
  readonly recordedAt: number[] = [];
  readonly message: number[] = [];
  readonly subject: number[] = [];
  readonly #rows: number[] = [];
  readonly #arguments: number[] = [];

  get length(): number {
    return this.time.length;
  }

  add(nowUs: number, message: number, subject: number, row: number, argument: number, recordedAtUs = nowUs): void {
    this.time.push(nowUs);
    this.recordedAt.push(recordedAtUs);
    this.message.push(message);
    this.subject.push(subject);
    this.#rows.push(row);
    this.#arguments.push(argument);
  }

  /** A line of the simulator itself: about no object. */
  addAboutNobody(nowUs: number, message: number): void {
    this.add(nowUs, message, EventSubject.None, 0, -1);
  }

  addAboutObject(nowUs: number, message: number, row: ObjectRow): void {
    this.add(nowUs, message, EventSubject.Object, row, -1);
  }

  /** The events in the order in which they were recorded; their writes may have overtaken each other. */
  inOrder(): number[] {
    const { recordedAt } = this;
    return Array.from(recordedAt.keys()).sort((a, b) => recordedAt[a] - recordedAt[b] || a - b);
  }

  /** Of an event whose subject is a pod. */
  podOf(index: number): IdentityRow {
    return this.#rows[index] as IdentityRow;
  }

  nodeOf(index: number): NodeRow {
    return this.#rows[index] as NodeRow;
  }

  objectOf(index: number): ObjectRow {
    return this.#rows[index] as ObjectRow;
  }

  /** What `%n` stands for. */
  argumentNode(index: number): NodeRow {
    return this.#arguments[index] as NodeRow;
  }

  /** What `%p` stands for. */
  argumentPod(index: number): IdentityRow {
    return this.#arguments[index] as IdentityRow;
  }
}
