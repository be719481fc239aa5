// The resolver of Go's net package: both types of a name at once, each for itself, with all its attempts.
import { CandidateLookup, noWait } from './candidate-lookup.ts';
import { type Answer, type LookupError, type Query, Rcode, type RecordType } from './contract.ts';

/** A question about one type of one name, with the attempts that are left. */
interface Question {
  readonly type: RecordType;
  tries: number;
  /** The first one that is asked. */
  server: number;
  query: Query | undefined;
  stopWaiting: () => void;
  outcome: 'data' | LookupError | undefined;
}

export class GoLookup extends CandidateLookup {
  #questions: Question[] = [];
  #error: LookupError | undefined;

  start(): void {
    this.#next();
  }

  answered(query: Query, answer: Answer): void {
    const question = this.#questions.find((one) => one.query === query);
    if (question === undefined || this.over) return;
    if (answer.truncated && !query.tcp) {
      this.#send(question, { ...query, tcp: true });
      return;
    }
    if (answer.rcode === Rcode.NxDomain) this.#settle(question, 'noName');
    else if (answer.rcode !== Rcode.NoError) this.#retry(question, 'again');
    else this.#settle(question, answer.has ? 'data' : 'noName');
  }

  #next(): void {
    this.#questions = this.types.map((type) => ({
      type,
      tries: 0,
      server: 0,
      query: undefined,
      stopWaiting: noWait,
      outcome: undefined,
    }));
    const [first, ...others] = this.#questions;
    this.#ask(first);
    if (!this.conf.oneAtATime) for (const other of others) this.#ask(other);
  }

  #ask(question: Question): void {
    const { servers, tcp } = this.conf;
    if (question.tries === 0) question.server = this.firstServer();
    const server = (question.server + question.tries) % servers;
    this.#send(question, { server, name: this.names[this.at], type: question.type, tcp });
  }

  #send(question: Question, query: Query): void {
    question.stopWaiting();
    question.query = query;
    question.stopWaiting = this.host.wait(this.conf.timeoutUs, () => this.#retry(question, 'timeout'));
    this.host.send(query);
  }

  #retry(question: Question, error: LookupError): void {
    question.stopWaiting();
    question.tries += 1;
    if (question.tries === this.conf.attempts * this.conf.servers) this.#settle(question, error);
    else this.#ask(question);
  }

  #settle(question: Question, outcome: 'data' | LookupError): void {
    question.stopWaiting();
    question.query = undefined;
    question.outcome = outcome;
    const waiting = this.#questions.find((one) => one.outcome === undefined);
    if (waiting === undefined) this.#conclude();
    else if (waiting.query === undefined) this.#ask(waiting);
  }

  /** All types of a name are answered: it has data, or the next name is tried. */
  #conclude(): void {
    const types: RecordType[] = [];
    for (const { type, outcome } of this.#questions) {
      if (outcome === 'data') types.push(type);
      // The error of the name as it was given does not take the place of another one.
      else if (this.#error === undefined || this.at !== this.asGiven) this.#error = outcome;
    }
    this.at += 1;
    if (types.length === 0 && this.at < this.names.length) {
      this.#next();
      return;
    }
    this.end(types, types.length > 0 ? undefined : this.#error);
  }
}
