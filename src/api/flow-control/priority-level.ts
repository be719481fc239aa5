// One priority level: its share of the seats, who uses them, and what became of its requests.
import type { PriorityLevelConfiguration } from './objects.ts';
import { type QueueHost, QueueSet, type QueueSettings } from './queue-set.ts';
import { RetryAfter } from './retry-after.ts';
import { SeatDemand } from './seat-demand.ts';

/** Seats that a level has by its configuration: nominally, if it lends all that it may, if it borrows all that it may. */
export interface SeatLimits {
  readonly nominal: number;
  readonly lower: number;
  readonly upper: number;
}

/** Of the seats that are nominally a level's, one request may take so many. */
const WIDEST_SHARE = 0.15;

export class PriorityLevel {
  readonly name: string;
  readonly demand: SeatDemand;
  readonly retryAfter = new RetryAfter();
  queues: QueueSet;
  /** Requests since the start, by what became of them. Those that waited too long are among the rejected. */
  readonly counts = { arrived: 0, dispatched: 0, rejected: 0, timedOut: 0, answered: 0 };
  limits: SeatLimits = { nominal: 0, lower: 0, upper: 0 };
  /** Seats for now: the nominal ones, less what is lent, and what is borrowed. */
  seats = 0;
  /** It is deleted, and goes when nothing is left in it. */
  quiescing = false;
  configuration: PriorityLevelConfiguration;
  /** By flow schema and distinguisher: the queues of that flow. */
  readonly hands = new Map<string, readonly number[]>();

  constructor(configuration: PriorityLevelConfiguration, host: QueueHost) {
    this.name = configuration.metadata.name;
    this.configuration = configuration;
    this.demand = new SeatDemand(host);
    this.queues = new QueueSet(host, this.demand, queueSettings(configuration), 0);
  }

  get exempt(): boolean {
    return this.configuration.spec.type === 'Exempt';
  }

  get settings(): QueueSettings {
    return queueSettings(this.configuration);
  }

  get shares(): number {
    const { limited, exempt } = this.configuration.spec;
    return limited === undefined ? (exempt?.nominalConcurrencyShares ?? 0) : (limited.nominalConcurrencyShares ?? 30);
  }

  /** Its part of the seats of the server, where all levels have so many shares together. */
  limitsOf(serverSeats: number, allShares: number): SeatLimits {
    const { limited, exempt } = this.configuration.spec;
    const nominal = Math.ceil((serverSeats * this.shares) / allShares);
    const percent = (part = 0): number => Math.round((nominal * part) / 100);
    const lendable = percent(limited?.lendablePercent ?? exempt?.lendablePercent);
    const borrowing = limited?.borrowingLimitPercent;
    return {
      nominal,
      lower: nominal - lendable,
      upper: nominal + (borrowing === undefined ? serverSeats : percent(borrowing)),
    };
  }

  /** The most seats that one request of the level may take; 0: the level does not say. */
  get widest(): number {
    const queuing = this.configuration.spec.limited?.limitResponse.queuing;
    if (queuing === undefined) return 0;
    const { nominal } = this.limits;
    return Math.max(1, Math.min(Math.ceil(nominal * WIDEST_SHARE), Math.floor(nominal / queuing.handSize)));
  }
}

function queueSettings({ spec: { limited } }: PriorityLevelConfiguration): QueueSettings {
  if (limited === undefined) return { queues: -1, handSize: 0, queueLengthLimit: 0 };
  const { queuing } = limited.limitResponse;
  return queuing ?? { queues: 0, handSize: 0, queueLengthLimit: 0 };
}
