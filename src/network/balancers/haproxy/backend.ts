// A backend as HAProxy keeps it: which servers are in use, who is full, and the queues of the servers and of the backend.

/** One `server` line. */
export interface ServerLine {
  readonly weight: number;
  /** 0: any number. */
  readonly maxConnections: number;
  /** Of requests that wait for this server alone; 0: any number. */
  readonly maxQueue: number;
  readonly backup: boolean;
}

export type AdminState = 'ready' | 'drain' | 'maint';

/** HAProxy counts in sixteenths of a weight, so that a slow start may be gradual. */
const WEIGHT_SCALE = 16;

export class BackendServer {
  readonly number: number;
  readonly line: ServerLine;
  readonly queue: BackendRequest[] = [];
  weight: number;
  state: AdminState = 'ready';
  /** Requests that count against `maxConnections`. */
  served = 0;
  /** All that are there. */
  sessions = 0;

  constructor(number: number, line: ServerLine) {
    this.number = number;
    this.line = line;
    this.weight = line.weight;
  }

  /** Numbers in configurations begin with 1. */
  get id(): number {
    return this.number + 1;
  }

  get scaledWeight(): number {
    return this.weight * WEIGHT_SCALE;
  }

  get up(): boolean {
    return this.state === 'ready' && this.weight > 0;
  }

  get full(): boolean {
    const { maxConnections } = this.line;
    return maxConnections > 0 && (this.queue.length > 0 || this.served >= maxConnections);
  }
}

export class BackendRequest {
  readonly key: string;
  readonly arrival: number;
  /** Where it is, or waits; undefined while it waits for any server. */
  server: BackendServer | undefined;
  running = false;
  /** One that a server took when it left maintenance does not. */
  counts = true;

  constructor(key: string, arrival: number) {
    this.key = key;
    this.arrival = arrival;
  }
}

/** How a server is chosen for a request. */
export interface Algorithm {
  /** Whether it is not even asked while requests wait in the backend's queue. */
  readonly queuesFirst: boolean;
  /** Undefined: no server has room. A full one: the request waits for it. */
  choose(key: string): BackendServer | undefined;
  /** The server has come up, gone down, or changed its weight from `weight` while up. */
  joined?(server: BackendServer): void;
  left?(server: BackendServer): void;
  reweighed?(server: BackendServer, before: number): void;
  /** The server has more or fewer requests than before. */
  loaded?(server: BackendServer): void;
}

/** The servers that are in use: the active ones; while none is up the first backup, or with `option allbackups` all of them. */
export class Servers {
  readonly all: readonly BackendServer[];
  readonly #allBackups: boolean;

  constructor(lines: readonly ServerLine[], allBackups: boolean) {
    this.all = lines.map((line, number) => new BackendServer(number, line));
    this.#allBackups = allBackups;
  }

  /** Whether backups are in use. */
  get onBackups(): boolean {
    return !this.all.some(({ up, line }) => up && !line.backup);
  }

  /** The one backup that takes everything, where it is so. */
  get onlyBackup(): BackendServer | undefined {
    if (this.#allBackups || !this.onBackups) return undefined;
    return this.all.find(({ up }) => up);
  }

  get group(): readonly BackendServer[] {
    const active = this.all.filter(({ up, line }) => up && !line.backup);
    if (active.length > 0) return active;
    const backups = this.all.filter(({ up }) => up);
    return this.#allBackups ? backups : backups.slice(0, 1);
  }
}

export type Admission = 'running' | 'queued' | 'refused';

export class Backend {
  readonly servers: Servers;
  readonly #algorithm: Algorithm;
  readonly #queue: BackendRequest[] = [];
  #arrivals = 0;

  constructor(servers: Servers, algorithm: Algorithm) {
    this.servers = servers;
    this.#algorithm = algorithm;
  }

  /** A request for a key ('' for none): where it is put stands in it. */
  start(request: BackendRequest): Admission {
    if (this.servers.group.length === 0) return 'refused';
    const algorithm = this.#algorithm;
    const waits = algorithm.queuesFirst && this.#queue.length > 0;
    const server = waits ? undefined : algorithm.choose(request.key);
    if (server === undefined) {
      this.#queue.push(request);
      return 'queued';
    }
    request.server = server;
    if (!server.full) {
      this.#run(request, server, true);
      return 'running';
    }
    const { maxQueue } = server.line;
    if (maxQueue > 0 && server.queue.length >= maxQueue) return 'refused';
    server.queue.push(request);
    return 'queued';
  }

  request(key: string): BackendRequest {
    this.#arrivals += 1;
    return new BackendRequest(key, this.#arrivals);
  }

  /** A request that runs has ended. Returns those that left a queue because of it. */
  end(request: BackendRequest): readonly BackendRequest[] {
    const { server } = request;
    if (server === undefined || !request.running) return [];
    request.running = false;
    server.sessions -= 1;
    if (request.counts) {
      server.served -= 1;
      this.#algorithm.loaded?.(server);
    }
    return this.#drain(server);
  }

  /** Returns those that left the backend's queue because of it. */
  setState(server: BackendServer, state: AdminState): readonly BackendRequest[] {
    const { up, state: before } = server;
    server.state = state;
    if (server.up && !up) this.#algorithm.joined?.(server);
    if (!server.up && up) this.#algorithm.left?.(server);
    return before === 'maint' && server.up ? this.#takeOver(server) : [];
  }

  setWeight(server: BackendServer, weight: number): void {
    const { up, weight: before } = server;
    if (weight === before) return;
    server.weight = weight;
    if (server.up && !up) this.#algorithm.joined?.(server);
    else if (!server.up && up) this.#algorithm.left?.(server);
    else if (up) this.#algorithm.reweighed?.(server, before);
  }

  /** What waits is served while there is room. A server without `maxconn` never looks: nothing should ever wait for it. */
  #drain(server: BackendServer): BackendRequest[] {
    const taken: BackendRequest[] = [];
    const { maxConnections } = server.line;
    const inGroup = this.servers.group.includes(server);
    const waits = server.queue.length > 0 || (inGroup && this.#queue.length > 0);
    if (!waits || server.sessions >= maxConnections) return taken;
    while (server.served < maxConnections) {
      const own = server.queue.at(0);
      const any = inGroup ? this.#queue.at(0) : undefined;
      const next = own !== undefined && (any === undefined || own.arrival < any.arrival) ? own : any;
      if (next === undefined) break;
      if (next === own) server.queue.shift();
      else this.#queue.shift();
      this.#run(next, server, true);
      taken.push(next);
    }
    return taken;
  }

  /** Leaving maintenance, a server takes what it has room for at once, and never counts it. */
  #takeOver(server: BackendServer): BackendRequest[] {
    if (!this.servers.group.includes(server)) return [];
    const { maxConnections } = server.line;
    const room = maxConnections === 0 ? Infinity : Math.max(0, maxConnections - server.served);
    const taken = this.#queue.splice(0, room);
    for (const request of taken) this.#run(request, server, false);
    return taken;
  }

  #run(request: BackendRequest, server: BackendServer, counts: boolean): void {
    request.server = server;
    request.running = true;
    request.counts = counts;
    server.sessions += 1;
    if (!counts) return;
    server.served += 1;
    this.#algorithm.loaded?.(server);
  }
}
