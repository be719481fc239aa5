// A process that serves, as connections know it: those that it has accepted, and those that wait in its backlog.
import type { MessageSizes, ServerConnections } from '../../model/settings/connections.ts';
import type { NodeRow, PodRow } from '../../model/rows.ts';
import type { Connection } from './connection.ts';

export class ServerProcess {
  readonly pod: PodRow;
  /** Of its container among those of the pod that serve. */
  readonly number: number;
  readonly epoch: number;
  readonly node: NodeRow;
  readonly settings: ServerConnections;
  readonly sizes: MessageSizes | undefined;
  readonly accepted = new Set<Connection>();
  /** The first one is accepted next. */
  readonly backlog = new Set<Connection>();
  /** It has got SIGTERM. */
  isLeaving = false;
  hasEnded = false;

  constructor(
    pod: PodRow,
    number: number,
    epoch: number,
    node: NodeRow,
    settings: ServerConnections,
    sizes: MessageSizes | undefined,
  ) {
    this.pod = pod;
    this.number = number;
    this.epoch = epoch;
    this.node = node;
    this.settings = settings;
    this.sizes = sizes;
  }

  /** Whether one more is refused. */
  get refuses(): boolean {
    const { max, refuses } = this.settings;
    return refuses && this.accepted.size >= max;
  }

  /** False when even the backlog is full: the packet is dropped. */
  take(connection: Connection): boolean {
    const { max, backlog } = this.settings;
    if (this.accepted.size < max) this.accepted.add(connection);
    else if (this.backlog.size < backlog) this.backlog.add(connection);
    else return false;
    connection.server = this;
    connection.accepted = this.accepted.has(connection);
    return true;
  }

  /** A connection has ended: the one that is accepted in its place, if any. */
  drop(connection: Connection): Connection | undefined {
    if (this.backlog.delete(connection) || !this.accepted.delete(connection)) return undefined;
    for (const next of this.backlog) {
      this.backlog.delete(next);
      this.accepted.add(next);
      next.accepted = true;
      return next;
    }
    return undefined;
  }

  get all(): readonly Connection[] {
    return [...this.accepted, ...this.backlog];
  }
}
