// One connection, as both of its ends know it.
import type { Machines } from '../../model/machines.ts';
import type { Routes } from '../../model/ports/routes.ts';
import type { ClassRow, NodeRow, PodRow } from '../../model/rows.ts';
import type { Direction } from './congestion-window.ts';
import type { Pool } from './pool.ts';
import type { ServerProcess } from './server-process.ts';

/** `Leaving`: no request begins on it any more; it closes when those on it have ended. */
export const ConnectionState = { Opening: 0, Ready: 1, Leaving: 2, Closed: 3 } as const;

/** Where a connection leads. */
export interface Endpoint {
  readonly pod: PodRow;
  readonly epoch: number;
  readonly podClass: ClassRow;
  readonly node: NodeRow;
  readonly port: number;
  readonly via: NodeRow;
}

/** Where the routes have led last. */
export function endpointOf({ pod, epoch, podClass, node, port, via }: Routes): Endpoint {
  return { pod, epoch, podClass, node, port, via };
}

const NONE = -1;

/** The node is gone by which it comes into the cluster. */
export function isCutOff({ endpoint: { via } }: Connection, { nodeUp }: Pick<Machines, 'nodeUp'>): boolean {
  return via !== NONE && nodeUp[via] === 0;
}

export class Connection {
  readonly id: number;
  readonly pool: Pool;
  readonly endpoint: Endpoint;
  /** Of the caller, -1 outside. */
  readonly from: NodeRow;
  readonly startedUs: number;
  /** What the network gets when it closes, -1 for nothing. */
  readonly handle: number;
  state: number = ConnectionState.Opening;
  /** The first packet got through: nodes have entries for it. */
  tracked = false;
  /** Nothing has to be translated, or it has a port of its node for that. */
  translated = false;
  /** Who accepted it, or keeps it in the backlog. */
  server: ServerProcess | undefined;
  /** The server takes no request more on it, or only the present one; the caller may not have heard. */
  serverLeft = false;
  /** The server's side of it is closed: what arrives is refused. */
  isShut = false;
  /** Who closes it when it is `Leaving`: one of `By`. */
  leaver = 0;
  /** In the backlog of the server: requests that have arrived, and whether a handshake has. */
  accepted = true;
  readonly parked: { readonly row: number; readonly epoch: number }[] = [];
  helloWaits = false;
  resumed = false;
  /** Rows of the requests on it now; and how many it has had. */
  readonly rows = new Set<number>();
  requests = 0;
  /** First packets that were sent in vain. */
  repeats: number;
  /** Handles in their lanes. */
  callerTimer = NONE;
  serverTimer = NONE;
  /** It has been silent since something was sent; counts how often that was so. */
  isSuspect = false;
  suspicion = 0;
  readonly request: Direction;
  readonly response: Direction;

  constructor(
    id: number,
    { pool, startedUs, repeats }: Pick<Connection, 'pool' | 'startedUs' | 'repeats'>,
    endpoint: Endpoint,
    handle: number,
    windowBytes: number,
  ) {
    this.id = id;
    this.pool = pool;
    this.endpoint = endpoint;
    this.from = pool.group.node;
    this.handle = handle;
    this.startedUs = startedUs;
    this.repeats = repeats;
    this.request = { windowBytes, lastSentUs: startedUs };
    this.response = { windowBytes, lastSentUs: startedUs };
  }

  get isOpen(): boolean {
    return this.state === ConnectionState.Ready || this.state === ConnectionState.Leaving;
  }
}
