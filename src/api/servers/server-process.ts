// One API server: its process, whether it is ready, and its connections to the members of etcd.

/** `draining`: SIGTERM came, it takes no new connections and waits for its watches. */
export type ServerState = 'running' | 'starting' | 'draining' | 'stopped' | 'dead';

export class ServerProcess {
  readonly index: number;
  readonly name: string;
  readonly machine: string;
  state: ServerState = 'running';
  /** Whether /readyz would say ok but for etcd: its caches and RBAC are there. */
  ready = true;
  /** Whether the port answers: a server that starts answers before it is ready. */
  listens = true;
  /** Whether balancers send new connections to it. */
  inRotation = true;
  /** Whether its watch caches are filled: a list is served from them. */
  cached = true;
  stoppedUs = 0;
  /** Its certificate is not valid, for so many reasons: whoever dials it gives up. */
  expired = 0;
  startedUs = 0;
  /** Nobody reaches it but processes of its machine: it is on the side of a partition that has no majority. */
  cutOff = false;
  /** Counts what befell it: a booked step of an older life is ignored. */
  life = 0;
  /** By member of etcd: whether its connection is good, as far as it knows. */
  readonly connected: Uint8Array;
  /** The member that its next request goes to, in turn. */
  turn = 0;

  constructor(index: number, name: string, machine: string, members: number) {
    this.index = index;
    this.name = name;
    this.machine = machine;
    this.connected = new Uint8Array(members).fill(1);
    this.turn = index;
  }

  /** Whether its process works on requests. */
  get works(): boolean {
    return this.state === 'running' || this.state === 'draining';
  }
}
