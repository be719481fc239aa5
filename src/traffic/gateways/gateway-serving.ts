// Hot dialect: the server's half of a call at a proxy in a pod: a worker takes the request, finds its route, calls a backend and passes its answer on.
import { CALL, Field, Outcome, ServerState } from '../calls.ts';
import { Step } from '../hung-processes.ts';
import { SERVER, ServerField } from '../servers.ts';
import type { Serving } from '../serving.ts';
import type { PodRow } from '../../model/rows.ts';
import type { OwnAnswer } from './gateway-counts.ts';
import type { GatewayProcess } from './gateway-process.ts';
import type { GatewayParts, ProxyPodsOfContainers } from './proxy-pods.ts';
import { HOP, NOBODY } from './proxied.ts';

const NONE = -1;
/** In `Field.Step`: the work on the answer is under way. */
const ANSWERING = -2;

export interface GatewayServing extends Serving {
  /** The proxies among its pods. Once, before anything runs. */
  route(pods: ProxyPodsOfContainers): void;
}

/** To a client that follows it a redirection is as good as an answer: nothing has failed. */
function outcomeOf(status: OwnAnswer): number {
  if (status === '302') return Outcome.Ok;
  return status === '503' ? Outcome.Overload : Outcome.Error;
}

type Half = new (...given: ConstructorParameters<typeof Serving>) => GatewayServing;

/** A Serving, or a kind of it, whose pods may be proxies. */
export function proxying(Base: typeof Serving, parts: GatewayParts): Half {
  return class ServingOfProxies extends Base {
    #pods: ProxyPodsOfContainers | undefined;

    route(pods: ProxyPodsOfContainers): void {
      this.#pods = pods;
      pods.serving = this;
    }

    override worked(row: number): void {
      const pods = this.#pods!;
      if (pods.reloadDone(row)) return;
      const at = CALL * row;
      const process = pods.of(this.calls.ints[at + Field.Pod] as PodRow);
      if (process === undefined) {
        super.worked(row);
        return;
      }
      if (this.hangsAt(row, Step.Worked)) return;
      pods.workers!.burstEnded(process, row);
      const { ints } = this.calls;
      if (ints[at + Field.Step] === ANSWERING) this.finish(row);
      else if (ints[at + Field.Outcome] !== Outcome.Ok) this.#respond(row);
      else this.#pass(process, row);
    }

    #pass(process: GatewayProcess, row: number): void {
      const led = this.#pods!.lead(process, row);
      if (typeof led === 'string') {
        this.#answerBy(process, row, led);
        return;
      }
      if (led === NONE) {
        this.cutOff(row);
        return;
      }
      const { ints } = this.calls;
      const at = CALL * row;
      ints[at + Field.Server] = ServerState.Calling;
      ints[at + Field.Step] = NONE;
      ints[at + Field.Pending] = 1;
      const hop = Math.imul(ints[at + Field.Hop] ^ Math.imul(ints[at + Field.Attempt] + 1, 0x85ebca6b), 0x9e3779b1);
      this.callers.begin(row, led, ints[at + Field.Ordinal], (hop + 1) | 0);
    }

    override callEnded(row: number, outcome: number): void {
      const { ints } = this.calls;
      const at = CALL * row;
      const process =
        ints[at + Field.Container] === this.number && ints[at + Field.Server] === ServerState.Calling
          ? this.#pods!.of(ints[at + Field.Pod] as PodRow)
          : undefined;
      if (process === undefined) {
        super.callEnded(row, outcome);
        return;
      }
      ints[at + Field.Pending] = 0;
      if (outcome === Outcome.Ok) this.#respond(row);
      else if (outcome === Outcome.Timeout) this.#answerBy(process, row, '504');
      else if (outcome === Outcome.Refused && ints[at + Field.Step] === NOBODY) this.#answerBy(process, row, '503');
      else if (outcome === Outcome.Refused || outcome === Outcome.Reset) this.#answerBy(process, row, '502');
      else {
        // The backend's own answer.
        ints[at + Field.Outcome] = outcome;
        this.#respond(row);
      }
    }

    #answerBy(process: GatewayProcess, row: number, status: OwnAnswer): void {
      parts.gateways.countsOf(process).answers[status] += 1;
      this.calls.ints[CALL * row + Field.Outcome] = outcomeOf(status);
      this.#respond(row);
    }

    /** The same worker works on the answer. */
    #respond(row: number): void {
      const { ints } = this.calls;
      const at = CALL * row;
      const pod = ints[at + Field.Pod] as PodRow;
      const sampler = parts.behaviors.responses[this.servers.ints[SERVER * pod + ServerField.Behavior]];
      const { luck } = parts.gateways;
      luck.seek(ints[at + Field.Ordinal], ints[at + Field.Hop] ^ (HOP << 1), ints[at + Field.Attempt]);
      const workUs = parts.samplers.draw(sampler, luck);
      ints[at + Field.Server] = ServerState.Serving;
      ints[at + Field.Step] = ANSWERING;
      if (workUs === 0) this.finish(row);
      else this.compute.begin(pod, row, workUs, NONE);
    }

    override drain(pod: PodRow): void {
      const process = this.#pods!.of(pod);
      if (process !== undefined) parts.gateways.leaves(process);
      super.drain(pod);
    }

    /** The connection of its client is closed. */
    cutOff(row: number): void {
      this.calls.ints[CALL * row + Field.Outcome] = Outcome.Reset;
      this.finish(row);
    }

    protected override answer(row: number, outcome: number): void {
      this.#pods!.of(this.calls.ints[CALL * row + Field.Pod] as PodRow)?.leave(row);
      super.answer(row, outcome);
    }
  };
}
