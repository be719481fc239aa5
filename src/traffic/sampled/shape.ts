// What must be alike for figures of one component to be those of another, or of the same at another load.
import { log } from '../../engine/elementary.ts';
import type { BehaviorSpec, SourceSpec } from '../../model/settings/traffic.ts';
import type { NodeRow } from '../../model/rows.ts';
import type { Components, Group, ServiceMembers } from './components.ts';
import type { Place } from './known-regimes.ts';

/** From so many endpoints on, their parts by zone and behaviour count as shares, and their number as one of a class. */
const MANY = 16;
/** Shares are alike within one part of so many. */
const PARTS = 16;
/** Classes of numbers: each is so many times the one before. Above so many all are of one. */
const CLASS = 1.5;
export const LARGEST = 64;
/** A lost part of so many is a share of the whole; what is more is a shape of its own. */
const FEW_LOST = 1 / 16;
/** More than there can be. */
const BEHAVIORS = 2 ** 20;

export interface ShapeParts {
  readonly components: Components;
  readonly sources: readonly SourceSpec[];
  /** By number of a compiled behaviour: what it was compiled from. */
  readonly behaviorSpecs: readonly BehaviorSpec[];
  readonly zoneOf: (node: NodeRow) => number;
  /** How connections to a Service are led: its balancer and its rules. */
  readonly leads: (service: number) => string;
  /** Whether it matters to callers from outside in which zones its endpoints are. */
  readonly looksAtZones: (service: number) => boolean;
  /** The Service (by number) that a call of a behaviour goes to. */
  readonly callees: (behavior: number) => readonly number[];
}

/** The text is equal for components that differ in names only. */
export class Shapes {
  readonly #parts: ShapeParts;
  readonly #behaviors: string[] = [];

  constructor(parts: ShapeParts) {
    this.#parts = parts;
  }

  /** `rates`: of the group's sources, per second. */
  place(group: Group, rates: readonly number[], troubles: string): Place {
    const { components } = this.#parts;
    const members = group.services.map((service) => components.members(service));
    const total = rates.reduce((sum, rate) => sum + rate, 0);
    const sources = group.sources.map((source) => this.#source(source));
    const services = group.services.map((service, i) => this.#service(group, service, members[i]));
    const calm = [...sources, ...services, troubles].join('\n');
    const lost = Float64Array.from(members, (one) => (isFewOfMany(one) ? one.lost / endpointsOf(one) : 0));
    return {
      shape: lost.every((share) => share === 0)
        ? calm
        : `${calm}\nlost${Array.from(lost, (share) => (share > 0 ? 1 : 0)).join('')}`,
      calm,
      rate: total > 0 ? log(total) : Number.NEGATIVE_INFINITY,
      endpoints: Float64Array.from(members, (one) => log(Math.max(1, endpointsOf(one)))),
      lost,
      sources: Float64Array.from(rates, (rate) => (total > 0 ? rate / total : 0)),
    };
  }

  #source(source: number): string {
    const { timeoutUs, retries, priority, arrivals, clients } = this.#parts.sources[source];
    const process = arrivals?.name === 'constant' ? 'constant' : 'poisson';
    return JSON.stringify([timeoutUs, retries, priority, process, clients]);
  }

  #service(group: Group, service: number, members: ServiceMembers): string {
    const { serving, lost } = members;
    const { leads, looksAtZones, zoneOf } = this.#parts;
    const counts = new Map<number, number>();
    // Only pods are nearer to the endpoints of their own zone.
    const zoned = looksAtZones(service) || this.#isCalled(group);
    for (const { node, behavior } of serving) {
      const part = (zoned ? zoneOf(node) : 0) * BEHAVIORS + behavior;
      counts.set(part, (counts.get(part) ?? 0) + 1);
    }
    const many = serving.length >= MANY && (lost === 0 || isFewOfMany(members));
    const size = many
      ? `~${Math.round(log(Math.min(LARGEST, endpointsOf(members))) / log(CLASS))}`
      : `${serving.length}-${lost}`;
    const share = (count: number): number => (many ? Math.round((PARTS * count) / serving.length) : count);
    const parts = [...counts].map(
      ([part, count]) => `${Math.floor(part / BEHAVIORS)}×${share(count)} ${this.#behavior(group, part % BEHAVIORS)}`,
    );
    return `${size} ${leads(service)} ${parts.toSorted().join(' ')}`;
  }

  /** Whether pods of the group call its Services. */
  #isCalled({ services }: Group): boolean {
    const { callees, components } = this.#parts;
    return services.some((service) => components.members(service).behaviors.some((one) => callees(one).length > 0));
  }

  #behavior(group: Group, behavior: number): string {
    this.#behaviors[behavior] ??= textOf(this.#parts.behaviorSpecs[behavior]);
    const callees = this.#parts.callees(behavior).map((service) => group.services.indexOf(service));
    const calls = callees.length === 0 ? '' : ` calls ${callees.join(',')}`;
    return `${this.#behaviors[behavior]}${calls}`;
  }
}

function isFewOfMany({ serving, lost }: ServiceMembers): boolean {
  return serving.length >= LARGEST && lost <= FEW_LOST * serving.length;
}

/** Among which connections are divided: few lost ones of many too. */
function endpointsOf(members: ServiceMembers): number {
  return members.serving.length + (isFewOfMany(members) ? members.lost : 0);
}

function textOf({ requests, warmup, gc, calls }: BehaviorSpec): string {
  return JSON.stringify([requests, warmup, gc, calls.map(({ service: _service, ...rest }) => rest)]);
}
