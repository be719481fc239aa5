// kubectl rollout status, which waits until a rollout has ended, and history, which lists revisions: what they print goes into the event log.
import type { Resources, Target } from '../api/resources/resources.ts';
import type { ControllerRevision } from '../controllers/kit/controller-revisions.ts';
import type { ReplicaSet } from '../controllers/kit/deployment-objects.ts';
import type { Engine } from '../engine/engine.ts';
import { Signal, type Wait, within } from '../engine/script.ts';
import type { KubeObject } from '../model/object-store.ts';
import type { ClusterState } from '../model/state.ts';
import { announce } from './announce.ts';
import { controlledBy } from './controlled-by.ts';
import { kindName, resourceName } from './kind-names.ts';
import { inKubectlsWords } from './kubectl-words.ts';
import { historyLines, statusLine } from './rollout-viewers.ts';

/** Why the command was refused, in kubectl's words; undefined when it was done. */
type Steps = Generator<Wait, string | undefined, unknown>;

/** A `rollout status` that has not ended, and what it printed last. */
interface Waiting {
  readonly name: string;
  readonly givenUs: number;
  line: string;
}

export class RolloutCommands {
  readonly #engine: Engine;
  readonly #state: ClusterState;
  readonly #resources: Resources;
  readonly #waiting = new Set<Waiting>();

  constructor(engine: Engine, state: ClusterState, resources: Resources) {
    this.#engine = engine;
    this.#state = state;
    this.#resources = resources;
  }

  get unfinished(): { readonly givenUs: number; readonly message: string }[] {
    return [...this.#waiting].map(({ name, givenUs, line }) => {
      return { givenUs, message: `rollout status of ${name}: has not ended; it says "${line}"` };
    });
  }

  /** A line is printed when it differs from the one before. `timeoutUs` 0 is no limit. */
  *status(target: Target, revision: number, timeoutUs: number): Steps {
    const { kind, apiVersion, metadata } = target;
    const { name, namespace } = metadata;
    const current = this.#resources.peek(target);
    if ('failure' in current) return inKubectlsWords(target, current.failure);
    const first = statusLine(current.object, this.#kindOf(target), revision);
    // No viewer, or a strategy that has no status: nothing is watched.
    if ('refused' in first) return `error: ${first.refused}`;
    const waiting: Waiting = { name, givenUs: this.#engine.now, line: '' };
    this.#waiting.add(waiting);
    const end = new Signal<string>(this.#engine);
    const selection = { fieldSelector: `metadata.name=${name}`, ...(namespace === undefined ? {} : { namespace }) };
    this.#resources.watch(apiVersion, kind, selection, (type, object) => {
      if (!this.#waiting.has(waiting)) return;
      const ended =
        type === 'DELETED' ? 'error: object has been deleted' : this.#printed(waiting, target, object, revision);
      if (ended === undefined) return;
      this.#waiting.delete(waiting);
      end.fire(ended);
    });
    const answer = yield* timeoutUs === 0 ? end.wait() : within(this.#engine, end, timeoutUs);
    this.#waiting.delete(waiting);
    if (answer === undefined) return 'error: timed out waiting for the condition';
    return answer === '' ? undefined : answer;
  }

  /** How it ends: empty for a rollout that has come to its end; undefined while it has not. */
  #printed(waiting: Waiting, target: Target, object: KubeObject, revision: number): string | undefined {
    const seen = statusLine(object, this.#kindOf(target), revision);
    if ('refused' in seen) return `error: ${seen.refused}`;
    if (seen.line !== waiting.line) this.#print('RolloutStatus', `rollout status of ${waiting.name}: ${seen.line}`);
    waiting.line = seen.line;
    return seen.done ? '' : undefined;
  }

  *history(target: Target, revision: number): Steps {
    const current = yield* this.#resources.get(target).wait();
    if ('failure' in current) return inKubectlsWords(target, current.failure);
    const { kind, metadata } = target;
    const row = this.#state.objects.find(kind, metadata.namespace, metadata.name);
    const kept = {
      sets: controlledBy<ReplicaSet>(this.#state, 'ReplicaSet', row),
      revisions: controlledBy<ControllerRevision>(this.#state, 'ControllerRevision', row),
    };
    const lines = historyLines(current.object, this.#kindOf(target), kept, revision);
    if ('refused' in lines) return `error: ${lines.refused}`;
    const [plural, ...group] = resourceName(this.#state, target.apiVersion, kind).split('.');
    const short = [plural.replace(/s$/, ''), ...group].join('.');
    const which = revision === 0 ? '' : ` with revision #${revision}`;
    for (const line of lines) this.#print('RolloutHistory', `${short}/${metadata.name}${which} ${line}`);
    return undefined;
  }

  #kindOf({ apiVersion, kind }: Target): string {
    return kindName(this.#state, apiVersion, kind);
  }

  #print(reason: string, message: string): void {
    announce(this.#state, this.#engine.now, { source: 'timeline', type: 'Normal', reason, message });
  }
}
