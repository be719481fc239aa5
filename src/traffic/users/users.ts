// Hot dialect: users who send a request, wait for its end, think, and send the next one, until they leave.
import { CounterRandom } from '../../engine/counter.ts';
import { Samplers } from '../../engine/distributions.ts';
import type { Engine } from '../../engine/engine.ts';
import { fnv1a } from '../../model/names.ts';
import type { SourceSpec } from '../../model/settings/traffic.ts';
import { Outcome } from '../calls.ts';
import { Population, UserState } from './population.ts';
import { type Step, stepsOf } from './population-curve.ts';

/** A user of a source sends a request; its luck is drawn by (user, hop). */
export type Send = (source: number, user: number, hop: number) => void;

export class Users {
  /** By source; undefined for one whose requests come from nobody in particular. */
  readonly populations: (Population | undefined)[];
  readonly #engine: Engine;
  readonly #sources: readonly SourceSpec[];
  readonly #send: Send;
  readonly #luck: CounterRandom;
  readonly #samplers = new Samplers();
  /** By source: hop of its requests, chances, and times in `samplers`. */
  readonly #hops: readonly number[];
  readonly #think: readonly number[];
  readonly #away: readonly number[];
  /** Whether the number of users is given. */
  readonly #closed: readonly boolean[];
  readonly #steps: (Generator<Step, void, undefined> | undefined)[];
  readonly #next: (Step | undefined)[] = [];
  readonly #onTurn: number;
  readonly #onStep: number;

  constructor(engine: Engine, sources: readonly SourceSpec[], send: Send) {
    this.#engine = engine;
    this.#sources = sources;
    this.#send = send;
    this.#luck = new CounterRandom(engine.seed, 'traffic/users');
    this.populations = sources.map(({ users }) => (users === undefined ? undefined : new Population()));
    this.#hops = sources.map(({ name }) => fnv1a(name) | 0);
    this.#think = sources.map(({ users }) => (users === undefined ? -1 : this.#samplers.add(users.think)));
    this.#away = sources.map(({ users }) => (users === undefined ? -1 : this.#samplers.add(users.away)));
    this.#closed = sources.map(({ users }) => users?.count !== undefined);
    this.#steps = sources.map(({ users }) => (users?.count === undefined ? undefined : stepsOf(users.count)));
    this.#onTurn = engine.kind('traffic.user', (source, user) => this.#turn(source, user));
    this.#onStep = engine.kind('traffic.users', (source) => this.#step(source));
    for (const source of sources.keys()) this.#bookStep(source);
  }

  /** One user comes, by an arrival of the source, and sends a request at once. */
  come(source: number): void {
    const population = this.populations[source]!;
    population.came += 1;
    const user = population.take();
    population.page[user] = 0;
    this.#request(source, population, user);
  }

  /** The class of the request that a user sends now, among those of the source. */
  pageOf(source: number, user: number): number {
    return this.#sources[source].users!.session![this.populations[source]!.page[user]].requestClass;
  }

  /** The request of a user has ended, after its last attempt; other sources' requests have no user. */
  answered(source: number, user: number, outcome: number): void {
    const population = this.populations[source];
    if (population === undefined) return;
    const closed = this.#closed[source];
    if (closed && user >= population.size) {
      this.#leave(population, user);
      return;
    }
    const { leave, leaveAfterFailure } = this.#sources[source].users!;
    const failed = outcome !== Outcome.Ok;
    const luck = this.#luck;
    luck.seek(user, this.#hops[source], population.sent[user]);
    const stays = luck.uniform() >= (failed ? leaveAfterFailure : leave);
    if (stays && (failed || this.#turnPage(source, population, user))) {
      this.#rest(source, population, user, UserState.Thinking, this.#think[source]);
      return;
    }
    if (failed) population.gaveUp += 1;
    this.#leave(population, user);
    if (closed) this.#rest(source, population, user, UserState.Away, this.#away[source]);
    else population.free(user);
  }

  /** The user goes on to a page that is drawn; false: leaves. */
  #turnPage(source: number, population: Population, user: number): boolean {
    const { session } = this.#sources[source].users!;
    if (session === undefined) return true;
    const { next, leave } = session[population.page[user]];
    let sum = leave;
    for (let i = 0; i < next.length; i += 1) sum += next[i].weight;
    let at = this.#luck.uniform() * sum;
    for (let i = 0; i < next.length; i += 1) {
      at -= next[i].weight;
      if (at < 0) {
        population.page[user] = next[i].page;
        return true;
      }
    }
    return false;
  }

  /** Until a time that is drawn with the luck that was sought. */
  #rest(source: number, population: Population, user: number, state: number, sampler: number): void {
    population.enter(user, state);
    const { now } = this.#engine;
    const untilUs = now + Math.round(this.#samplers.draw(sampler, this.#luck));
    population.dueUs[user] = untilUs;
    this.#engine.at(untilUs, this.#onTurn, source, user);
  }

  /** A user has thought, or is back. One that has left meanwhile, or started over, is not meant. */
  #turn(source: number, user: number): void {
    const population = this.populations[source]!;
    const state = population.state[user];
    if (state !== UserState.Thinking && state !== UserState.Away) return;
    if (population.dueUs[user] !== this.#engine.now) return;
    if (state === UserState.Away) {
      population.came += 1;
      population.page[user] = 0;
    }
    this.#request(source, population, user);
  }

  #request(source: number, population: Population, user: number): void {
    if (this.#engine.now >= this.#sources[source].stopUs) {
      this.#leave(population, user);
      return;
    }
    population.enter(user, UserState.Waiting);
    const number = population.sent[user];
    population.sent[user] = number + 1;
    this.#send(source, user, (this.#hops[source] + Math.imul(number, 0x9e3779b1)) | 0);
  }

  #leave(population: Population, user: number): void {
    population.enter(user, UserState.Gone);
    population.left += 1;
  }

  // How many there are, where that is given.

  #bookStep(source: number): void {
    const step = this.#steps[source]?.next();
    const next = step === undefined || step.done === true ? undefined : step.value;
    this.#next[source] = next;
    if (next === undefined || next.atUs >= this.#sources[source].stopUs) return;
    const { now } = this.#engine;
    this.#engine.at(Math.max(now, next.atUs, this.#sources[source].startUs), this.#onStep, source, 0);
  }

  #step(source: number): void {
    const population = this.populations[source]!;
    const before = population.size;
    const { users } = this.#next[source]!;
    population.grow(users);
    population.size = users;
    for (let user = before; user < users; user += 1) {
      // One who waits for an answer has not left yet, and stays.
      if (population.state[user] !== UserState.Gone) continue;
      population.came += 1;
      population.page[user] = 0;
      this.#luck.seek(user, this.#hops[source], population.sent[user]);
      this.#rest(source, population, user, UserState.Thinking, this.#think[source]);
    }
    for (let user = users; user < before; user += 1) {
      const state = population.state[user];
      if (state === UserState.Thinking) this.#leave(population, user);
      else if (state === UserState.Away) population.enter(user, UserState.Gone);
    }
    this.#bookStep(source);
  }
}
