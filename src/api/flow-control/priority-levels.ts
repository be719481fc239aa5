// All priority levels and FlowSchemas, as the objects say: what is configured, what is left to drain, and how the seats are divided.
import { adjusted, type Demand } from './borrowing.ts';
import { mandatoryLevels, mandatorySchemas } from './default-configuration.ts';
import { dealHand, flowHash } from './dealer.ts';
import { distinguisher, inMatchingOrder, matches } from './flow-schemas.ts';
import { EXEMPT, type FlowSchema, type PriorityLevelConfiguration } from './objects.ts';
import { PriorityLevel } from './priority-level.ts';
import type { QueueHost } from './queue-set.ts';
import type { RequestInfo } from './request-info.ts';
import type { User } from './users.ts';

/** What a request is counted as. */
export interface Classification {
  readonly schema: FlowSchema;
  readonly level: PriorityLevel;
  /** The queues of its flow. */
  readonly hand: readonly number[];
}

/** A hash has bits for so many hands, dealt one after the other. */
const MOST_HANDS = 2n ** 60n;
const NO_HAND: readonly number[] = [];

export class PriorityLevels {
  readonly #host: QueueHost;
  /** Requests, reads and writes together, that the server serves at once. */
  readonly #serverSeats: number;
  #levels = new Map<string, PriorityLevel>();
  #schemas: readonly FlowSchema[] = [];
  #classified = new Map<string, Classification>();
  #given: [readonly PriorityLevelConfiguration[], readonly FlowSchema[]] = [[], []];

  constructor(host: QueueHost, serverSeats: number) {
    this.#host = host;
    this.#serverSeats = serverSeats;
    this.configure([], []);
  }

  all(): IterableIterator<PriorityLevel> {
    return this.#levels.values();
  }

  get(name: string): PriorityLevel | undefined {
    return this.#levels.get(name);
  }

  /** Takes up the objects as they are now. Requests of a level that is gone are served to the end. */
  configure(configurations: readonly PriorityLevelConfiguration[], schemas: readonly FlowSchema[]): void {
    this.#given = [configurations, schemas];
    const before = this.#levels;
    const wanted = withMandatory(configurations.filter(isSound), mandatoryLevels);
    this.#levels = new Map();
    for (const one of wanted) {
      const level = before.get(one.metadata.name) ?? new PriorityLevel(one, this.#host);
      level.quiescing = false;
      if (level.configuration !== one) {
        level.configuration = one;
        level.hands.clear();
      }
      this.#levels.set(level.name, level);
    }
    this.#schemas = inMatchingOrder(
      withMandatory(schemas, mandatorySchemas).filter(({ spec }) =>
        this.#levels.has(spec.priorityLevelConfiguration.name),
      ),
    );
    for (const level of before.values()) {
      if (this.#levels.has(level.name) || level.queues.idle) continue;
      level.quiescing = true;
      this.#levels.set(level.name, level);
    }
    this.#classified = new Map();
    this.#divide(before);
  }

  /** A level in which nothing is left: one that is deleted goes, and the seats are divided again. */
  reap(level: PriorityLevel): void {
    if (level.quiescing && level.queues.idle) this.configure(...this.#given);
  }

  classify(user: User, info: RequestInfo): Classification {
    const { verb, apiGroup, resource, subresource, namespace } = info;
    const id = `${user.name} ${user.groups.join(',')} ${verb} ${apiGroup} ${resource} ${subresource} ${namespace}`;
    let known = this.#classified.get(id);
    if (known === undefined) {
      known = this.#classify(user, info);
      this.#classified.set(id, known);
    }
    return known;
  }

  /** The adjustment that is due every ten seconds. */
  adjust(): void {
    const levels = [...this.#levels.values()];
    const demands = levels.map((level): Demand => {
      level.demand.adjust();
      const { highWatermark, smoothed } = level.demand;
      return { ...level.limits, exempt: level.exempt, highWatermark, smoothed, seats: level.seats };
    });
    for (const [index, seats] of adjusted(demands).entries()) {
      const level = levels[index];
      level.seats = seats;
      level.queues.configure(level.settings, seats);
    }
  }

  #classify(user: User, info: RequestInfo): Classification {
    // Whoever no rule fits is in the last one: everybody is either authenticated or not.
    const schema = this.#schemas.find((one) => matches(one, user, info)) ?? this.#schemas[this.#schemas.length - 1];
    const level = this.#levels.get(schema.spec.priorityLevelConfiguration.name) as PriorityLevel;
    return { schema, level, hand: this.#hand(level, schema, distinguisher(schema, user, info)) };
  }

  #hand(level: PriorityLevel, { metadata: { name } }: FlowSchema, flow: string): readonly number[] {
    const { queues, handSize } = level.settings;
    if (queues < 1) return NO_HAND;
    const id = `${name} ${flow}`;
    const hand = level.hands.get(id) ?? dealHand(queues > 1 ? flowHash(name, flow) : 0n, queues, handSize);
    level.hands.set(id, hand);
    return hand;
  }

  #divide(before: ReadonlyMap<string, PriorityLevel>): void {
    const levels = [...this.#levels.values()];
    const shares = levels.reduce((sum, level) => sum + level.shares, 0);
    for (const level of levels) {
      level.limits = level.limitsOf(this.#serverSeats, shares);
      const { nominal, lower } = level.limits;
      // A new level begins with half of what it may lend.
      if (!before.has(level.name)) level.seats = nominal - Math.trunc((nominal - lower) / 2);
    }
    this.adjust();
  }
}

/** What the API server takes no notice of: a union with the wrong member, exempt by another name, more bits than a hash has. */
export function isSound({ metadata: { name }, spec: { type, limited, exempt } }: PriorityLevelConfiguration): boolean {
  if ((type === 'Limited') !== (limited !== undefined) || (type === 'Exempt') !== (exempt !== undefined)) return false;
  if ((type === 'Exempt') !== (name === EXEMPT)) return false;
  if (limited === undefined) return true;
  const { type: response, queuing } = limited.limitResponse;
  if ((response === 'Reject') !== (queuing === undefined)) return false;
  if (queuing === undefined) return true;
  const { queues, handSize } = queuing;
  return handSize > 0 && handSize <= queues && BigInt(queues) ** BigInt(handSize) <= MOST_HANDS;
}

function withMandatory<T extends { readonly metadata: { readonly name: string } }>(
  given: readonly T[],
  mandatory: readonly T[],
): T[] {
  return [...given, ...mandatory.filter(({ metadata }) => !given.some((one) => one.metadata.name === metadata.name))];
}
