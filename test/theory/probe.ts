// Watches a run from outside, event by event: how many requests each pod holds, how long they wait, which pods they reach.
import { CounterRandom } from '../../src/engine/counter.ts';
import { Histogram } from '../../src/metrics/histogram.ts';
import { CALL, Field, Outcome, ServerState } from '../../src/traffic/calls.ts';
import { Tally } from '../../src/traffic/meters.ts';
import { SERVER, ServerField } from '../../src/traffic/servers.ts';
import type { World } from '../../src/world/build.ts';
import { Sample } from './sample.ts';
import type { ObjectRow, PodRow } from '../../src/model/rows.ts';

/** What is to be looked at; what nobody asks for is not measured. */
export interface Wanted {
  /** `level`: time by number of requests held, over all pods; `wait`: time in queue; `waiting`: those that had to wait. */
  readonly queues?: boolean;
  /** `all`: time by the number of requests that all pods together hold. For a few pods. */
  readonly together?: boolean;
  /** `work` and `work²`: sums over arrivals; `time <x>` and `work <x>`: sums over those that need about x µs. */
  readonly works?: readonly (readonly [low: number, high: number])[];
  /** Called with the pod that each request reaches, to count what it likes. */
  readonly picks?: () => (pod: PodRow, into: Sample) => void;
}

export class Probe {
  readonly #world: World;
  readonly #wanted: Wanted;
  readonly #picked: ((pod: PodRow, into: Sample) => void) | undefined;
  readonly #luck: CounterRandom;
  /** By pod. */
  #sinceUs: number[] = [];
  #times = new Float64Array(1024);
  #allSinceUs = 0;
  /** By row of a call. */
  #reachedUs = new Float64Array(1024);
  #waits = new Histogram();
  #sample = new Sample();
  #arrived = 0;
  #waiting = 0;
  #work = 0;
  #workSquared = 0;
  readonly #timeByBin: Float64Array;
  readonly #workByBin: Float64Array;
  #last: readonly Float64Array[];
  #lastAttempts = 0;

  constructor(world: World, wanted: Wanted) {
    this.#world = world;
    this.#wanted = wanted;
    this.#picked = wanted.picks?.();
    this.#luck = new CounterRandom(world.engine.seed, 'traffic/luck');
    const bins = wanted.works?.length ?? 0;
    this.#timeByBin = new Float64Array(bins);
    this.#workByBin = new Float64Array(bins);
    this.#last = this.#tallies();
    if (wanted.queues !== true && wanted.works === undefined && wanted.picks === undefined) return;
    world.engine.observe((timeUs, kind, a, b) => {
      if (kind === 'traffic.reach') this.#reach(timeUs, a, b);
      else if (kind === 'compute.done') this.#served(timeUs, a);
      else if (kind === 'compute.shared') this.#changes(timeUs, a as PodRow);
      else if (kind === 'traffic.answer') this.#answered(timeUs, a, b);
    });
  }

  /** Everything since the last call. */
  take(): Sample {
    const { engine, traffic } = this.#world;
    const { meters, sources } = traffic;
    if (this.#wanted.queues === true) {
      for (const pod of this.#sinceUs.keys()) this.#changes(engine.now, pod as PodRow);
      for (const [level, timeUs] of this.#times.entries()) if (timeUs > 0) this.#sample.count('level', level, timeUs);
      this.#times.fill(0);
      pour(this.#waits, 'wait', this.#sample);
      this.#waits = new Histogram();
    }
    const sample = this.#sample;
    const tallies = this.#tallies();
    for (const source of sources.keys()) {
      const since = (tally: number): number => tallies[source][tally] - this.#last[source][tally];
      const { name } = sources[source];
      pour(meters.interval(source), `time of ${name}`, sample);
      meters.roll(source);
      sample.add(`begun ${name}`, since(Tally.Begun));
      sample.add(`ok ${name}`, since(Outcome.Ok));
      sample.add(`overload ${name}`, since(Outcome.Overload));
      sample.add(`error ${name}`, since(Outcome.Error));
    }
    this.#last = tallies;
    sample.add('attempts', this.#attempts() - this.#lastAttempts);
    this.#lastAttempts = this.#attempts();
    sample.add('arrived', this.#arrived);
    sample.add('waiting', this.#waiting);
    sample.add('work', this.#work);
    sample.add('work²', this.#workSquared);
    for (const bin of this.#timeByBin.keys()) {
      sample.add(`time ${bin}`, this.#timeByBin[bin]);
      sample.add(`work ${bin}`, this.#workByBin[bin]);
    }
    this.#arrived = 0;
    this.#waiting = 0;
    this.#work = 0;
    this.#workSquared = 0;
    this.#timeByBin.fill(0);
    this.#workByBin.fill(0);
    this.#sample = new Sample();
    return sample;
  }

  #tallies(): Float64Array[] {
    const { meters, sources } = this.#world.traffic;
    const all = [Outcome.Ok, Outcome.Error, Outcome.Overload, Tally.Begun, Tally.Attempts];
    return Array.from(sources.keys(), (source) => {
      const values = new Float64Array(16);
      for (const tally of all) values[tally] = meters.total(source, tally);
      return values;
    });
  }

  /** Attempts are counted where they go to. */
  #attempts(): number {
    const { meters, services } = this.#world.traffic;
    let sum = 0;
    for (let service = 0 as ObjectRow; service < services.length; service = (service + 1) as ObjectRow) {
      sum += meters.total(services.meter[service], Tally.Attempts);
    }
    return sum;
  }

  #reach(timeUs: number, row: number, epoch: number): void {
    const { calls, servers, behaviors } = this.#world.traffic;
    const at = CALL * row;
    if (calls.ints[at + Field.Epoch] !== epoch) return;
    const pod = calls.ints[at + Field.Pod] as PodRow;
    this.#arrived += 1;
    this.#picked?.(pod, this.#sample);
    if (this.#wanted.works !== undefined) {
      const workUs = this.#workUs(row);
      this.#work += workUs;
      this.#workSquared += workUs * workUs;
    }
    if (this.#wanted.queues !== true) return;
    this.#changes(timeUs, pod);
    const server = SERVER * pod;
    const behavior = servers.ints[server + ServerField.Behavior];
    if (servers.ints[server + ServerField.Busy] < behaviors.concurrency[behavior]) {
      this.#waits.record(0);
    } else {
      this.#waiting += 1;
      if (row >= this.#reachedUs.length) {
        const wider = new Float64Array(2 * row);
        wider.set(this.#reachedUs);
        this.#reachedUs = wider;
      }
      this.#reachedUs[row] = timeUs;
    }
  }

  #served(timeUs: number, row: number): void {
    if (this.#wanted.queues !== true) return;
    const { calls, servers } = this.#world.traffic;
    if (calls.ints[CALL * row + Field.Server] !== ServerState.Serving) return;
    const pod = calls.ints[CALL * row + Field.Pod] as PodRow;
    this.#changes(timeUs, pod);
    const next = servers.ints[SERVER * pod + ServerField.NextWaiting];
    if (next >= 0) this.#waits.record(timeUs - this.#reachedUs[next]);
  }

  #answered(timeUs: number, row: number, epoch: number): void {
    const { works } = this.#wanted;
    const { calls } = this.#world.traffic;
    if (works === undefined || works.length === 0 || calls.ints[CALL * row + Field.Epoch] !== epoch) return;
    const workUs = this.#workUs(row);
    for (let bin = 0; bin < works.length; bin += 1) {
      if (workUs < works[bin][0] || workUs > works[bin][1]) continue;
      this.#timeByBin[bin] += timeUs - calls.reals[(CALL / 2) * row];
      this.#workByBin[bin] += workUs;
    }
  }

  /** The work of a request is a function of the seed and of who it is: it is drawn again. */
  #workUs(row: number): number {
    const { calls, servers, behaviors } = this.#world.traffic;
    const at = CALL * row;
    this.#luck.seek(calls.ints[at + Field.Ordinal], calls.ints[at + Field.Hop], calls.ints[at + Field.Attempt]);
    const behavior = servers.ints[SERVER * calls.ints[at + Field.Pod] + ServerField.Behavior];
    return behaviors.samplers.draw(behaviors.work[behavior], this.#luck);
  }

  /** Called before the number of requests in a pod may change: books the time at the current one. */
  #changes(timeUs: number, pod: PodRow): void {
    if (this.#wanted.queues !== true) return;
    const held = this.#world.traffic.servers.held(pod);
    while (held >= this.#times.length) {
      const wider = new Float64Array(2 * this.#times.length);
      wider.set(this.#times);
      this.#times = wider;
    }
    while (this.#sinceUs.length <= pod) this.#sinceUs.push(timeUs);
    this.#times[held] += timeUs - this.#sinceUs[pod];
    if (this.#wanted.together === true) this.#countTogether(timeUs);
    this.#sinceUs[pod] = timeUs;
  }

  #countTogether(timeUs: number): void {
    let held = 0;
    for (const pod of this.#sinceUs.keys()) held += this.#world.traffic.servers.held(pod as PodRow);
    this.#sample.count('all', held, timeUs - this.#allSinceUs);
    this.#allSinceUs = timeUs;
  }
}

function pour(from: Histogram, name: string, into: Sample): void {
  if (from.count === 0) return;
  for (const { upperUs, count } of from.buckets()) into.count(name, upperUs, count);
  into.add(`${name} sum`, from.sum);
  into.add(`${name} count`, from.count);
}
