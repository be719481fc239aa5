// Hot dialect: the caller's half of calls where a mesh is: requests and answers pass its proxies on their way.
import { podIp } from '../../model/complete-objects/pod-object.ts';
import type { NodeRow, PodRow } from '../../model/rows.ts';
import type { Callers, CallersKind, ServerHalf } from '../callers.ts';
import { CALL, CallerState, Field, Outcome, ServerState } from '../calls.ts';
import type { Mesh, MeshProxy } from './mesh.ts';
import { Leg, type Passage, type Passages, SILENT } from './passages.ts';

const NONE = -1;

/** Which proxies an attempt passes; of which attempt of its row it is. */
export interface Way {
  readonly epoch: number;
  readonly caller: MeshProxy | undefined;
  server: MeshProxy | undefined;
  /** It has come to the called process, from where its answer goes back by the same proxies. */
  reached: boolean;
}

/** What the callers of a mesh share. */
export interface MeshParts {
  readonly mesh: Mesh;
  readonly passages: Passages;
  /** By row. */
  readonly ways: (Way | undefined)[];
  /** Queries for names pass no proxy. */
  readonly querySite: number;
  /** The container that serves at a port of a pod, by number among those that serve. */
  readonly numberAt: (pod: PodRow, port: number) => number;
}

/** A Callers, or a kind of it, whose answers pass the proxy of the caller last of all. */
export function returning(Base: CallersKind, { passages, ways }: MeshParts): CallersKind {
  return class ReturningCallers extends Base {
    readonly #onReturn: number;

    constructor(...given: ConstructorParameters<typeof Callers>) {
      super(...given);
      this.#onReturn = this.engine.kind('traffic.mesh.return', (row, epoch) => this.#returns(row, epoch));
      passages.on(Leg.AnswerIn, ({ row, epoch }, outcome) => {
        const at = CALL * row;
        if (this.calls.ints[at + Field.Epoch] !== epoch) return;
        if (outcome !== Outcome.Ok) this.calls.ints[at + Field.Outcome] = Outcome.Reset;
        super.bookAnswer(row, 0);
      });
    }

    override bookAnswer(row: number, delayUs: number): void {
      const epoch = this.calls.ints[CALL * row + Field.Epoch];
      const way = row < ways.length ? ways[row] : undefined;
      const passes = way?.epoch === epoch && way.reached && way.caller !== undefined;
      if (passes) this.engine.after(delayUs, this.#onReturn, row, epoch);
      else super.bookAnswer(row, delayUs);
    }

    #returns(row: number, epoch: number): void {
      const { ints } = this.calls;
      const at = CALL * row;
      const caller = ways[row]?.caller;
      if (ints[at + Field.Epoch] !== epoch || ints[at + Field.Caller] !== CallerState.Waiting) return;
      if (caller !== undefined) passages.begin(caller, row, Leg.AnswerIn, 0);
    }
  };
}

/** A Callers, or a kind of it, whose requests pass the proxies of their caller and of the pod that they come to. */
export function meshing(Base: CallersKind, parts: MeshParts): CallersKind {
  const { mesh, passages, ways, querySite, numberAt } = parts;
  return class MeshedCallers extends Base {
    #serving: ServerHalf | undefined;

    constructor(...given: ConstructorParameters<typeof Callers>) {
      super(...given);
      passages.standsFor = (row, attempt) => this.standsFor(row, attempt);
      passages.on(Leg.Out, (passage, outcome) => {
        if (this.#isCurrent(passage)) this.#left(passage.row, outcome);
      });
      passages.on(Leg.In, (passage, outcome) => {
        if (this.#isCurrent(passage)) this.#came(passage, outcome);
      });
      passages.on(Leg.AnswerOut, (passage, outcome) => {
        if (!this.#isCurrent(passage)) return;
        if (outcome === SILENT) {
          super.silent(passage.row);
          return;
        }
        if (outcome !== Outcome.Ok) this.calls.ints[CALL * passage.row + Field.Outcome] = Outcome.Reset;
        super.bookAnswer(passage.row, passage.wayUs);
      });
    }

    #isCurrent({ row, epoch }: Passage): boolean {
      return this.calls.ints[CALL * row + Field.Epoch] === epoch;
    }

    // On its way out.

    protected override open(row: number, from: NodeRow, caller: PodRow): void {
      const proxy = this.#proxyOf(row, from, caller);
      const { ints } = this.calls;
      const at = CALL * row;
      while (ways.length < row) ways.push(undefined);
      ways[row] = { epoch: ints[at + Field.Epoch], caller: proxy, server: undefined, reached: false };
      if (proxy === undefined) {
        super.open(row, from, caller);
        return;
      }
      ints[at + Field.Server] = ServerState.Ended;
      ints[at + Field.Connection] = NONE;
      passages.begin(proxy, row, Leg.Out, 0);
    }

    #left(row: number, outcome: number): void {
      const { ints } = this.calls;
      const at = CALL * row;
      if (outcome === SILENT) {
        super.silent(row);
        return;
      }
      if (outcome === Outcome.Ok && this.callerLives(at)) {
        const parent = CALL * ints[at + Field.Parent];
        super.open(row, ints[parent + Field.Node] as NodeRow, ints[parent + Field.Pod] as PodRow);
        return;
      }
      ints[at + Field.Outcome] = outcome === Outcome.Ok ? Outcome.Reset : outcome;
      super.bookAnswer(row, 0);
    }

    /** It balances by itself, with a state of its own. */
    protected override connect(row: number, from: NodeRow, caller: PodRow): number {
      const proxy = this.#proxyOf(row, from, caller);
      if (proxy === undefined || this.sites.isUpstream(this.calls.ints[CALL * row + Field.Site])) {
        return super.connect(row, from, caller);
      }
      const { routes } = this;
      routes.through(proxy.proxy, podIp(caller));
      routes.sidecar = proxy.kind;
      const result = super.connect(row, from, caller);
      routes.sidecar = NONE;
      return result;
    }

    #proxyOf(row: number, from: NodeRow, caller: PodRow): MeshProxy | undefined {
      if (caller === NONE || this.calls.ints[CALL * row + Field.Site] === querySite) return undefined;
      return mesh.of(caller, from);
    }

    // At the called pod.

    override join(servers: ServerHalf): void {
      this.#serving = servers;
      super.join({
        reach: (row, epoch) => this.#arrives(row, epoch),
        callEnded: (row, outcome) => servers.callEnded(row, outcome),
      });
    }

    #arrives(row: number, epoch: number): void {
      const { ints } = this.calls;
      const at = CALL * row;
      if (ints[at + Field.Epoch] !== epoch) return;
      const pod = ints[at + Field.Pod] as PodRow;
      const proxy = ints[at + Field.Site] === querySite ? undefined : mesh.of(pod, ints[at + Field.Node] as NodeRow);
      const isOwn = proxy?.pod === pod && numberAt(pod, ints[at + Field.Port]) === proxy.number;
      const way = row < ways.length ? ways[row] : undefined;
      if (proxy === undefined || isOwn) {
        if (way?.epoch === epoch) way.reached = true;
        this.#serving!.reach(row, epoch);
        return;
      }
      while (ways.length < row) ways.push(undefined);
      if (way?.epoch === epoch) way.server = proxy;
      else ways[row] = { epoch, caller: undefined, server: proxy, reached: false };
      passages.begin(proxy, row, Leg.In, 0);
    }

    #came({ row, epoch }: Passage, outcome: number): void {
      const { ints } = this.calls;
      const at = CALL * row;
      if (outcome === Outcome.Ok) {
        const way = ways[row];
        if (way?.epoch === epoch) way.reached = true;
        this.#serving!.reach(row, epoch);
        return;
      }
      if (outcome === SILENT) {
        super.silent(row);
        return;
      }
      ints[at + Field.Server] = ServerState.Ended;
      ints[at + Field.Outcome] = outcome;
      if (ints[at + Field.Caller] !== CallerState.Waiting) {
        this.releaseIfOver(row);
        return;
      }
      const parent = ints[at + Field.Parent];
      const to = parent === NONE ? NONE : (ints[CALL * parent + Field.Node] as NodeRow);
      const delayUs = this.routes.delayUs(ints[at + Field.Node] as NodeRow, this.calls.via(row), to);
      if (delayUs < 0) super.silent(row);
      else super.bookAnswer(row, delayUs);
    }

    // And back.

    override bookAnswer(row: number, delayUs: number): void {
      const way = row < ways.length ? ways[row] : undefined;
      const epoch = this.calls.ints[CALL * row + Field.Epoch];
      if (way?.epoch === epoch && way.reached && way.server !== undefined) {
        passages.begin(way.server, row, Leg.AnswerOut, delayUs);
      } else {
        super.bookAnswer(row, delayUs);
      }
    }

    override silent(row: number): void {
      super.silent(row);
      passages.ended(row, SILENT);
    }
  };
}
