// The resolver of glibc 2.36: both types of a name over one socket, server by server, attempt by attempt.
import { CandidateLookup, noWait } from './candidate-lookup.ts';
import { isRooted } from './candidates.ts';
import {
  type Answer,
  type LookupError,
  type LookupHost,
  type Query,
  Rcode,
  type RcodeValue,
  type RecordType,
  type ResolvConf,
} from './contract.ts';

/** How both queries go out: together, the second after the first is answered, and that from a new socket. */
const Mode = { Together: 0, OneAtATime: 1, NewSocket: 2 } as const;

/** What was heard of one type in the present attempt. */
interface Question {
  readonly type: RecordType;
  query: Query | undefined;
  answer: Answer | undefined;
}

/** Why a name was given up. */
type Failure = 'noName' | 'noData' | 'servFail' | 'lost';

const failed = ({ rcode }: Answer): boolean => rcode !== Rcode.NoError && rcode !== Rcode.NxDomain;

export class GlibcLookup extends CandidateLookup {
  readonly #rooted: boolean;
  /** The server that is asked, counted from the first one in turn. */
  #server = 0;
  #first = 0;
  #attempt = 0;
  /** Stays for the names that follow: the resolver remembers what the network did not let through. */
  #mode: number;
  #tcp = false;
  #questions: Question[] = [];
  /** Of the last answer to the present name. */
  #rcode: RcodeValue = Rcode.NoError;
  #stopWaiting = noWait;
  /** Of the name as it was given, where that came first. */
  #firstError: LookupError | undefined;
  #sawNoData = false;
  #sawServFail = false;

  constructor(conf: ResolvConf, name: string, types: readonly RecordType[], host: LookupHost) {
    super(conf, name, types, host);
    this.#rooted = isRooted(name);
    this.#mode = conf.oneAtATime ? Mode.OneAtATime : Mode.Together;
  }

  start(): void {
    this.#ask();
  }

  answered(query: Query, answer: Answer): void {
    const question = this.#questions.find((one) => one.query === query);
    if (this.over || question === undefined || question.answer !== undefined) return;
    this.#rcode = answer.rcode;
    if (answer.truncated && !query.tcp) {
      this.#tcp = true;
      this.#send();
      return;
    }
    const others = this.#questions.filter((one) => one !== question && one.answer !== undefined);
    question.answer = answer;
    // The second of two answers is a failure: the first one must do, if it is any good.
    if (failed(answer) && others.length > 0) {
      if (others.every((one) => one.answer !== undefined && failed(one.answer))) this.#nextServer();
      else this.#conclude();
      return;
    }
    const waiting = this.#questions.find((one) => one.answer === undefined);
    if (waiting === undefined) {
      if (failed(answer)) this.#nextServer();
      else this.#conclude();
    } else if (waiting.query === undefined) {
      this.#sendOne(waiting);
    }
  }

  /** A name, from its first server on. */
  #ask(): void {
    this.#first = this.firstServer();
    this.#server = 0;
    this.#attempt = 0;
    this.#tcp = this.conf.tcp;
    this.#rcode = Rcode.NoError;
    this.#send();
  }

  /** Both types to the present server; answers to what was sent before do not count any more. */
  #send(): void {
    this.#stopWaiting();
    this.#questions = this.types.map((type) => ({ type, query: undefined, answer: undefined }));
    this.#stopWaiting = this.host.wait(this.#waitUs(), () => this.#timedOut());
    const together = this.#tcp || this.#mode === Mode.Together;
    for (const question of together ? [...this.#questions] : this.#questions.slice(0, 1)) this.#sendOne(question);
  }

  /** The n-th server gets 2^n times the time, shared by all of them, but at least a second. */
  #waitUs(): number {
    const { timeoutUs, servers } = this.conf;
    if (this.#server === 0) return timeoutUs;
    const seconds = Math.floor((timeoutUs * 2 ** this.#server) / servers / 1e6);
    return Math.max(1, seconds) * 1e6;
  }

  #sendOne(question: Question): void {
    const server = (this.#first + this.#server) % this.conf.servers;
    question.query = { server, name: this.names[this.at], type: question.type, tcp: this.#tcp };
    this.host.send(question.query);
  }

  #timedOut(): void {
    const half = !this.#tcp && this.#questions.some(({ answer }) => answer !== undefined && !failed(answer));
    if (!half) {
      this.#nextServer();
    } else if (this.#mode === Mode.NewSocket) {
      this.#conclude();
    } else {
      // Some servers answer only one of two queries from one socket.
      this.#mode += 1;
      this.#send();
    }
  }

  #nextServer(): void {
    this.#server += 1;
    if (this.#server === this.conf.servers) {
      this.#server = 0;
      this.#attempt += 1;
    }
    if (this.#attempt < this.conf.attempts) this.#send();
    else this.#giveUp(this.#rcode === Rcode.ServFail ? 'servFail' : 'lost');
  }

  #conclude(): void {
    this.#stopWaiting();
    const types = this.#questions.filter(({ answer }) => answer?.has === true).map(({ type }) => type);
    if (types.length > 0) this.end(types, undefined);
    else if (this.#questions.some(({ answer }) => answer?.rcode === Rcode.NxDomain)) this.#giveUp('noName');
    else this.#giveUp('noData');
  }

  /** The present name leads to noWait: the next one is tried, or that was all. */
  #giveUp(failure: Failure): void {
    this.#stopWaiting();
    const error = failure === 'noName' || failure === 'noData' ? failure : 'again';
    const isGiven = this.at === this.asGiven;
    if (isGiven && this.at === 0 && !this.#rooted) this.#firstError = error;
    if (!isGiven && failure === 'noData') this.#sawNoData = true;
    if (!isGiven && failure === 'servFail') this.#sawServFail = true;
    const last = this.names.length - 1;
    if (!isGiven && failure === 'lost') {
      // Nobody answers: no other domain is searched, but the name itself is tried.
      if (this.asGiven > this.at) this.at = this.asGiven - 1;
      else this.at = last;
    }
    if (this.at < last) {
      this.at += 1;
      this.#ask();
      return;
    }
    this.end([], this.#lastError(error));
  }

  #lastError(error: LookupError): LookupError {
    if (this.#firstError !== undefined) return this.#firstError;
    if (this.#sawNoData) return 'noData';
    return this.#sawServFail ? 'again' : error;
  }

  protected override end(types: readonly RecordType[], error: LookupError | undefined): void {
    this.#stopWaiting();
    super.end(types, error);
  }
}
