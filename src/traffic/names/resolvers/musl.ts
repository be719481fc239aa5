// The resolver of musl 1.2.3: every server at once, answers that fail are not waited for, and any failure ends the lookup.
import { CandidateLookup, noWait } from './candidate-lookup.ts';
import {
  type Answer,
  type LookupError,
  type LookupHost,
  type Query,
  Rcode,
  type RecordType,
  type ResolvConf,
} from './contract.ts';

/** A server that fails is asked again at once, so many times an interval for each type. */
const REPEATS = 2;

interface Question {
  readonly type: RecordType;
  /** Of the first answer that counts. */
  answer: Answer | undefined;
}

export class MuslLookup extends CandidateLookup {
  #questions: Question[] = [];
  #rounds = 0;
  #repeats = 0;
  #stopWaiting = noWait;

  constructor(conf: ResolvConf, name: string, types: readonly RecordType[], host: LookupHost) {
    super(conf, name, types, host);
    // Where the name comes first, nothing is searched for.
    if (this.asGiven === 0) this.names = this.names.slice(0, 1);
  }

  start(): void {
    this.#next();
  }

  answered(query: Query, answer: Answer): void {
    if (this.over || query.name !== this.names[this.at]) return;
    const question = this.#questions.find(({ type }) => type === query.type);
    if (question === undefined || question.answer !== undefined) return;
    if (answer.rcode === Rcode.ServFail && this.#repeats > 0) {
      this.#repeats -= 1;
      this.host.send({ ...query });
    }
    if (answer.rcode !== Rcode.NoError && answer.rcode !== Rcode.NxDomain) return;
    question.answer = answer;
    if (this.#questions.every((one) => one.answer !== undefined)) this.#conclude();
  }

  #next(): void {
    this.#questions = this.types.map((type) => ({ type, answer: undefined }));
    this.#rounds = 0;
    this.#round();
  }

  #round(): void {
    const { attempts, servers, timeoutUs } = this.conf;
    if (this.#rounds === attempts) {
      this.#conclude();
      return;
    }
    this.#rounds += 1;
    this.#repeats = REPEATS * this.types.length;
    this.#stopWaiting = this.host.wait(Math.floor(timeoutUs / attempts), () => this.#round());
    for (const { type, answer } of this.#questions) {
      if (answer !== undefined) continue;
      for (let server = 0; server < servers; server += 1) {
        this.host.send({ server, name: this.names[this.at], type, tcp: false });
      }
    }
  }

  /** The types are looked at one after the other: a name that does not exist for the first is not missed for the second. */
  #conclude(): void {
    this.#stopWaiting();
    const telling = this.#questions.find(({ answer }) => answer?.rcode !== Rcode.NoError);
    if (telling !== undefined) {
      if (telling.answer === undefined) this.end([], 'again');
      else if (++this.at < this.names.length) this.#next();
      else this.end([], 'noName');
      return;
    }
    const types = this.#questions.filter(({ answer }) => answer?.has).map(({ type }) => type);
    this.end(types, types.length > 0 ? undefined : 'noData');
  }

  protected override end(types: readonly RecordType[], error: LookupError | undefined): void {
    this.#stopWaiting();
    super.end(types, error);
  }
}
