// Priority levels and clients of the API server over time: the rows of apiserver.csv and api_clients.csv, and their figures.
import type { PriorityAndFairness } from '../api/flow-control/priority-and-fairness.ts';
import type { PriorityLevel } from '../api/flow-control/priority-level.ts';
import type { Row } from '../metrics/catalogue.ts';
import { Histogram } from '../metrics/histogram.ts';
import type { ApiClientRecord, ApiClients } from './api-clients.ts';

type LevelColumn = 'seats' | 'seats_in_use' | 'requests_executing' | 'requests_waiting';

interface LevelRecord {
  /** Times that requests waited for their seats, of those dispatched: all, and since the last row. */
  readonly waits: Histogram;
  readonly recent: Histogram;
  arrived: number;
  rejected: number;
  /** The most seats in use and requests waiting since the last row. */
  mostSeats: number;
  mostWaiting: number;
}

/** Of a level at all API servers together. */
interface LevelSum {
  readonly arrived: number;
  readonly rejected: number;
  readonly timedOut: number;
  readonly seats: number;
  readonly seatsInUse: number;
  readonly requestsExecuting: number;
  readonly requestsWaiting: number;
}

export class LevelHistory {
  readonly rows: Row<'levels'>[] = [];
  readonly clientRows: Row<'apiClients'>[] = [];
  /** Of each API server. */
  readonly #fairness: readonly PriorityAndFairness[];
  readonly #clients: ApiClients | undefined;
  readonly #records = new Map<string, LevelRecord>();
  readonly #sent = new Map<string, { sent: number; succeeded: number; rejected: number; failed: number }>();

  constructor(fairness: readonly PriorityAndFairness[], clients: ApiClients | undefined) {
    this.#fairness = fairness;
    this.#clients = clients;
    for (const { listeners } of fairness) {
      listeners.push((level, what, waitedUs) => {
        const record = this.#record(level.name);
        const { seatsInUse, requestsWaiting } = fairness.length === 1 ? level.queues : this.#sumOf(level.name);
        record.mostSeats = Math.max(record.mostSeats, seatsInUse);
        record.mostWaiting = Math.max(record.mostWaiting, requestsWaiting);
        if (what !== 'dispatched') return;
        record.waits.record(waitedUs);
        record.recent.record(waitedUs);
      });
    }
  }

  /** The interval ends now. */
  sample(time_seconds: number): void {
    const names = new Set(this.#fairness.flatMap(({ levels }) => [...levels.all()].map(({ name }) => name)));
    for (const name of names) this.#sampleLevel(name, time_seconds);
    for (const record of this.#clients?.records ?? []) this.#sampleClient(record, time_seconds);
  }

  /** The level at all servers together; undefined for no such level. */
  level(name: string): LevelSum | undefined {
    return this.#levels(name).length === 0 ? undefined : this.#sumOf(name);
  }

  #levels(name: string): PriorityLevel[] {
    return this.#fairness.flatMap(({ levels }) => levels.get(name) ?? []);
  }

  #sumOf(name: string): LevelSum {
    const sum = {
      arrived: 0,
      rejected: 0,
      timedOut: 0,
      seats: 0,
      seatsInUse: 0,
      requestsExecuting: 0,
      requestsWaiting: 0,
    };
    for (const { counts, seats, queues } of this.#levels(name)) {
      sum.arrived += counts.arrived;
      sum.rejected += counts.rejected;
      sum.timedOut += counts.timedOut;
      sum.seats += seats;
      sum.seatsInUse += queues.seatsInUse;
      sum.requestsExecuting += queues.requestsExecuting;
      sum.requestsWaiting += queues.requestsWaiting;
    }
    return sum;
  }

  /** Waits of the level's requests since the start. */
  waits(name: string): Histogram | undefined {
    return this.#records.get(name)?.waits;
  }

  client(name: string): ApiClientRecord | undefined {
    return this.#clients?.records.find(({ spec }) => spec.name === name);
  }

  /** A column of a level at the ends of the intervals from (included) to (excluded). */
  values(level: string, column: LevelColumn, from: number, to: number): number[] {
    return this.rows
      .filter((row) => row.level === level)
      .slice(from, to)
      .map((row) => row[column]);
  }

  #sampleLevel(name: string, time_seconds: number): void {
    const record = this.#record(name);
    const { arrived, rejected, seats, seatsInUse, requestsExecuting, requestsWaiting } = this.#sumOf(name);
    this.rows.push({
      time_seconds,
      level: name,
      seats,
      seats_in_use: seatsInUse,
      seats_in_use_max: Math.max(record.mostSeats, seatsInUse),
      requests_executing: requestsExecuting,
      requests_waiting: requestsWaiting,
      requests_waiting_max: Math.max(record.mostWaiting, requestsWaiting),
      requests: arrived - record.arrived,
      requests_rejected: rejected - record.rejected,
      wait_seconds_p50: record.recent.quantileSeconds(0.5),
      wait_seconds_p99: record.recent.quantileSeconds(0.99),
    });
    record.arrived = arrived;
    record.rejected = rejected;
    record.mostSeats = 0;
    record.mostWaiting = 0;
    record.recent.reset();
  }

  #sampleClient(record: ApiClientRecord, time_seconds: number): void {
    const { name } = record.spec;
    const before = this.#sent.get(name) ?? { sent: 0, succeeded: 0, rejected: 0, failed: 0 };
    const { sent, succeeded, rejected, failed } = record;
    this.clientRows.push({
      time_seconds,
      client: name,
      requests_sent: sent - before.sent,
      requests_succeeded: succeeded - before.succeeded,
      requests_rejected: rejected - before.rejected,
      requests_failed: failed - before.failed,
      request_seconds_p50: record.recent.quantileSeconds(0.5),
      request_seconds_p99: record.recent.quantileSeconds(0.99),
    });
    this.#sent.set(name, { sent, succeeded, rejected, failed });
    record.recent.reset();
  }

  #record(level: string): LevelRecord {
    let record = this.#records.get(level);
    if (record === undefined) {
      record = {
        waits: new Histogram(),
        recent: new Histogram(),
        arrived: 0,
        rejected: 0,
        mostSeats: 0,
        mostWaiting: 0,
      };
      this.#records.set(level, record);
    }
    return record;
  }
}
