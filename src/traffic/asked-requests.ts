// Hot dialect: requests that somebody sends by hand, through a proxy or a tunnel of the API server, and that say what became of them.
import type { NodeRow, PodRow } from '../model/rows.ts';
import type { Routes } from '../model/ports/routes.ts';
import type { CallSites } from './call-sites.ts';
import { CALL, Field, ServerState } from './calls.ts';
import type { Callers, CallersKind } from './callers.ts';
import type { Meters } from './meters.ts';

const NONE = -1;
/** Luck is drawn by the number of the request and this. */
const HOP = 0x6b75_6263;

/** Where a request goes: to a Service, by a number of its routes, or to the port of a pod. */
type Aim =
  | { readonly destination: number }
  | { readonly pod: PodRow; readonly epoch: number; readonly node: NodeRow; readonly port: number };

/** What became of it: an `Outcome`, after so many µs, from which pod; -1 where it came to none. */
export type Told = (outcome: number, tookUs: number, pod: PodRow) => void;

interface Ask {
  readonly aim: Aim;
  readonly tell: Told;
  pod: PodRow;
}

/** They come from outside, once each, and wait as long as it takes. */
export class AskedRequests {
  /** That of all of them. */
  readonly site: number;
  /** Set by the caller's half. */
  send: (aim: Aim, tell: Told) => void = () => undefined;
  readonly #routes: Pick<Routes, 'destination'>;

  constructor(sites: CallSites, meters: Meters, routes: Pick<Routes, 'destination'>) {
    this.site = sites.addNowhere('by hand', meters.add('by hand'));
    this.#routes = routes;
  }

  /** To one of its ports by name or number; '' is the first one. */
  ofService(namespace: string, service: string, port: string, tell: Told): void {
    this.send({ destination: this.#routes.destination(namespace, service, port) }, tell);
  }

  ofPod(pod: PodRow, epoch: number, node: NodeRow, port: number, tell: Told): void {
    this.send({ pod, epoch, node, port }, tell);
  }
}

export function asking(Base: CallersKind, asked: AskedRequests): CallersKind {
  return class AskingCallers extends Base {
    readonly #asks = new Map<number, Ask>();
    #sent = 0;

    constructor(...given: ConstructorParameters<typeof Callers>) {
      super(...given);
      asked.send = (aim, tell) => {
        const row = this.calls.allocate();
        this.#asks.set(row, { aim, tell, pod: NONE });
        this.#sent += 1;
        this.beginIn(row, NONE, asked.site, this.#sent, HOP);
      };
    }

    protected override open(row: number, from: NodeRow, caller: PodRow): void {
      const ask = this.#asks.get(row);
      if (ask === undefined || 'destination' in ask.aim) {
        super.open(row, from, caller);
        return;
      }
      const { pod, epoch, node, port } = ask.aim;
      const { ints } = this.calls;
      const at = CALL * row;
      ask.pod = pod;
      ints[at + Field.Pod] = pod;
      ints[at + Field.PodEpoch] = epoch;
      ints[at + Field.Node] = node;
      ints[at + Field.Port] = port;
      ints[at + Field.Connection] = NONE;
      this.calls.setVia(row, NONE);
      ints[at + Field.Server] = ServerState.Travelling;
      this.depart(row, from);
    }

    protected override connect(row: number, from: NodeRow, caller: PodRow): number {
      const ask = this.#asks.get(row);
      if (ask === undefined || !('destination' in ask.aim)) return super.connect(row, from, caller);
      const { [CALL * row + Field.Ordinal]: ordinal } = this.calls.ints;
      const result = this.routes.connect(ask.aim.destination, from, caller, ordinal, HOP, 0);
      ask.pod = result === 0 ? this.routes.pod : NONE;
      return result;
    }

    protected override endRequest(row: number, site: number, outcome: number): void {
      const ask = this.#asks.get(row);
      if (ask === undefined) {
        super.endRequest(row, site, outcome);
        return;
      }
      this.#asks.delete(row);
      ask.tell(outcome, this.engine.now - this.calls.reals[(CALL / 2) * row], ask.pod);
    }
  };
}
