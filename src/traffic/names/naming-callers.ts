// Hot dialect: the caller's half of calls whose names are looked up first. Queries to cluster DNS are calls of their own.
import type { Engine } from '../../engine/engine.ts';
import type { NodeRow, PodRow } from '../../model/rows.ts';
import type { ClusterState } from '../../model/state.ts';
import type { DnsSpec } from '../../model/settings/dns.ts';
import { CALL, CallerState, Field, Outcome, ServerState } from '../calls.ts';
import type { Callers, CallersKind } from '../callers.ts';
import { type Asked, type Fate, Names, type Wanted } from './names.ts';

const NONE = -1;

/** A lookup's connection: the row that waits for it, and the request whose call it is. */
interface Waiting extends Wanted {
  readonly row: number;
  readonly rowEpoch: number;
  readonly parent: number;
  readonly caller: number;
  /** Queries so far: each has luck of its own. */
  queries: number;
}

/** A Callers, or a kind of it, that looks names up for calls of pods. `querySite` is the site of queries to the DNS servers. */
export function lookingUp(Base: CallersKind, settings: DnsSpec, state: ClusterState, querySite: number): CallersKind {
  return class NamingCallers extends Base {
    override readonly names: Names;
    readonly #asked = new Map<number, Asked>();

    constructor(...given: ConstructorParameters<typeof Callers>) {
      super(...given);
      const engine: Engine = this.engine;
      this.names = new Names(engine, settings, (asked) => this.#ask(asked));
    }

    protected override open(row: number, from: NodeRow, caller: PodRow): void {
      const { ints } = this.calls;
      const at = CALL * row;
      const site = ints[at + Field.Site];
      const asked = site === querySite ? this.#asked.get(row) : undefined;
      if (asked !== undefined) {
        super.open(row, asked.wanted.node, asked.wanted.pod);
        return;
      }
      // The proxy of a gateway has heard of endpoints by itself.
      if (caller === NONE || this.sites.isUpstream(site) || !this.opensConnection(row, caller)) {
        super.open(row, from, caller);
        return;
      }
      const destination = this.sites.destination[site];
      const wanted: Waiting = {
        pod: caller,
        epoch: state.pods.epoch[caller],
        node: from,
        namespace: state.identities.namespace(state.pods.identity[caller]),
        spec: state.classes.get(state.pods.podClass[caller]).spec,
        service: this.sites.target[site],
        kind: () => this.routes.named(destination),
        row,
        rowEpoch: ints[at + Field.Epoch],
        parent: ints[at + Field.Parent],
        caller: this.callerOf(row),
        queries: 0,
      };
      if (this.names.knows(wanted)) {
        super.open(row, from, caller);
        return;
      }
      ints[at + Field.Server] = ServerState.Ended;
      ints[at + Field.Connection] = NONE;
      this.names.lookUp(wanted, (found) => this.#lookedUp(wanted, found));
    }

    #lookedUp({ row, rowEpoch, node, pod }: Waiting, found: boolean): void {
      const { ints } = this.calls;
      const at = CALL * row;
      if (ints[at + Field.Epoch] !== rowEpoch || ints[at + Field.Caller] !== CallerState.Waiting) return;
      if (found && this.callerLives(at)) {
        this.named(row);
        super.open(row, node, pod);
        return;
      }
      ints[at + Field.Outcome] = found ? Outcome.Reset : Outcome.Refused;
      this.bookAnswer(row, 0);
    }

    #ask(asked: Asked): void {
      const wanted = asked.wanted as Waiting;
      const { ints } = this.calls;
      const row = this.calls.allocate();
      this.#asked.set(row, asked);
      wanted.queries += 1;
      const from = CALL * wanted.row;
      const hop = Math.imul(ints[from + Field.Hop] ^ 0x2545f491, 0x9e3779b1) + wanted.queries;
      this.asks(wanted.caller, ints[from + Field.Epoch] === wanted.rowEpoch ? wanted.row : NONE);
      this.beginIn(row, wanted.parent, querySite, ints[from + Field.Ordinal], hop | 0);
    }

    protected override conclude(row: number, outcome: number, reported = outcome): void {
      const asked = this.#asked.get(row);
      if (asked === undefined) {
        super.conclude(row, outcome, reported);
        return;
      }
      this.#asked.delete(row);
      const { ints } = this.calls;
      const at = CALL * row;
      const pod = ints[at + Field.Pod] as PodRow;
      ints[at + Field.Caller] = CallerState.Gone;
      ints[at + Field.Parent] = NONE;
      this.meters.end(this.sites.meter[querySite], outcome, this.calls.reals[(CALL / 2) * row], this.engine.now);
      this.releaseIfOver(row);
      this.names.heard(asked, fateOf(outcome, pod, state));
    }
  };
}

function fateOf(outcome: number, pod: PodRow, state: ClusterState): Fate {
  if (outcome === Outcome.Ok) return { server: pod, epoch: state.pods.epoch[pod] };
  if (outcome === Outcome.Error) return 'failed';
  return outcome === Outcome.Refused ? 'refused' : 'lost';
}
