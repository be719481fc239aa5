// An upstream group as one worker of nginx keeps it: which servers may be tried, what failed lately, and how a request goes from one to the next.

/** One `server` line. */
export interface UpstreamServer {
  /** `host:port`. */
  readonly address: string;
  readonly weight: number;
  /** Failures within `failTimeoutS` after which a server rests as long; 0: never. */
  readonly maxFails: number;
  readonly failTimeoutS: number;
  /** 0: any number. */
  readonly maxConnections: number;
  readonly backup: boolean;
  readonly down: boolean;
}

/** What nginx knows of a server. Times in whole seconds: that is how it compares them. */
export class ServerState {
  readonly of: UpstreamServer;
  effectiveWeight: number;
  currentWeight = 0;
  connections = 0;
  fails = 0;
  accessedS = 0;
  checkedS = 0;

  constructor(of: UpstreamServer) {
    this.of = of;
    this.effectiveWeight = of.weight;
  }
}

/** A request on its way through a group. */
export class UpstreamRequest {
  /** What a hash goes by; '' for nothing. For `ip_hash` the address of the client. */
  readonly key: string;
  readonly tried = new Set<ServerState>();
  triesLeft: number;
  /** In the backups, since no primary server was usable. */
  inBackups = false;
  /** Draws or rounds of a hash that led to no usable server. */
  misses = 0;
  /** What a hash has come to by now, and how often; undefined before the first round. */
  hash: number | undefined;
  round = 0;

  constructor(key: string, triesLeft: number) {
    this.key = key;
    this.triesLeft = triesLeft;
  }
}

/** How a server is chosen among those of a group; undefined: no server there is usable. */
export interface Method {
  /** Whether the backups are chosen from in the same way; else by their weights in turn. */
  readonly alsoBackups: boolean;
  pick(
    upstream: Upstream,
    request: UpstreamRequest,
    group: readonly ServerState[],
    nowS: number,
  ): ServerState | undefined;
}

/** A hash or draw that misses more often gives up: the smooth turn decides. */
export const MOST_MISSES = 20;

export class Upstream {
  readonly servers: readonly ServerState[];
  readonly primary: readonly ServerState[];
  readonly totalWeight: number;
  readonly #backups: readonly ServerState[];
  readonly #method: Method;
  readonly #single: boolean;

  constructor(servers: readonly UpstreamServer[], method: Method) {
    this.servers = servers.map((one) => new ServerState(one));
    this.primary = this.servers.filter(({ of }) => !of.backup);
    this.#backups = this.servers.filter(({ of }) => of.backup);
    this.totalWeight = totalWeight(this.primary);
    this.#method = method;
    this.#single = this.primary.length === 1 && this.#backups.length === 0;
  }

  /** A request that may try each server once, but those marked down. */
  request(key: string): UpstreamRequest {
    return new UpstreamRequest(key, this.#single ? 1 : this.servers.filter(({ of }) => !of.down).length);
  }

  /** The server that the request tries next; it holds a connection until `release`. Undefined: nobody is left, 502. */
  next(request: UpstreamRequest, nowS: number): ServerState | undefined {
    const found = this.#single ? this.#only() : this.#find(request, nowS);
    if (found === undefined) return undefined;
    found.connections += 1;
    if (this.#single) return found;
    if (nowS - found.checkedS > found.of.failTimeoutS) found.checkedS = nowS;
    request.tried.add(found);
    return found;
  }

  /** The attempt has ended. A failure counts against the server. Whether the request may try another one is `request.triesLeft`. */
  release(request: UpstreamRequest, server: ServerState, failed: boolean, nowS: number): void {
    server.connections -= 1;
    if (this.#single) {
      request.triesLeft = 0;
      return;
    }
    request.triesLeft -= 1;
    if (!failed) {
      if (server.accessedS < server.checkedS) server.fails = 0;
      return;
    }
    const { maxFails, weight } = server.of;
    server.fails += 1;
    server.accessedS = nowS;
    server.checkedS = nowS;
    if (maxFails > 0) server.effectiveWeight = Math.max(0, server.effectiveWeight - Math.floor(weight / maxFails));
  }

  usable(request: UpstreamRequest, server: ServerState, nowS: number): boolean {
    const { down, maxFails, failTimeoutS, maxConnections } = server.of;
    if (down || request.tried.has(server)) return false;
    if (maxFails > 0 && server.fails >= maxFails && nowS - server.checkedS <= failTimeoutS) return false;
    return maxConnections === 0 || server.connections < maxConnections;
  }

  /** Smooth weighted round robin over the usable servers. */
  smooth(request: UpstreamRequest, group: readonly ServerState[], nowS: number): ServerState | undefined {
    let best: ServerState | undefined;
    let total = 0;
    for (const server of group) {
      if (!this.usable(request, server, nowS)) continue;
      total += gain(server);
      if (best === undefined || server.currentWeight > best.currentWeight) best = server;
    }
    if (best !== undefined) best.currentWeight -= total;
    return best;
  }

  #only(): ServerState | undefined {
    const [server] = this.primary;
    const { down, maxConnections } = server.of;
    return down || (maxConnections > 0 && server.connections >= maxConnections) ? undefined : server;
  }

  #find(request: UpstreamRequest, nowS: number): ServerState | undefined {
    const method = this.#method;
    if (!request.inBackups) {
      const found = method.pick(this, request, this.primary, nowS);
      if (found !== undefined || this.#backups.length === 0) return found;
      request.inBackups = true;
      request.tried.clear();
    }
    return method.alsoBackups
      ? method.pick(this, request, this.#backups, nowS)
      : this.smooth(request, this.#backups, nowS);
  }
}

/** The server's current weight grows by its effective one, which recovers by one at a time. Returns what it grew by. */
export function gain(server: ServerState): number {
  const by = server.effectiveWeight;
  server.currentWeight += by;
  if (by < server.of.weight) server.effectiveWeight += 1;
  return by;
}

export function totalWeight(group: readonly ServerState[]): number {
  return group.reduce((sum, { of }) => sum + of.weight, 0);
}

/** The server in whose range of the weights put end to end a number lies. */
export function byWeight(group: readonly ServerState[], at: number): ServerState {
  let rest = at;
  for (const server of group) {
    rest -= server.of.weight;
    if (rest < 0) return server;
  }
  return group[group.length - 1];
}
