// Events of a run that goes on since somebody looked last, and the marks on the time bar that follow from them.
import { EventSubject } from '../../model/event-log.ts';
import type { ClusterState } from '../../model/state.ts';
import type { Frame, Mark } from '../../page/frame.ts';
import type { Strings } from '../../view/strings.ts';

/** Normal events of pods in one frame: of more nobody could read a part. */
const MOST_OF_PODS = 400;
const OVER = / is over$/;

export class LiveEvents {
  readonly #state: ClusterState;
  readonly #strings: Strings;
  #told = 0;
  /** Faults and rollouts under way, by kind and subject. */
  readonly #open = new Map<string, Mark>();

  constructor(state: ClusterState, strings: Strings) {
    this.#state = state;
    this.#strings = strings;
  }

  take(): Pick<Frame, 'events' | 'marks'> {
    const { events } = this.#state;
    const made = {
      time: [] as number[],
      warning: [] as number[],
      reason: [] as number[],
      object: [] as number[],
      message: [] as number[],
      source: [] as number[],
    };
    const marks: Mark[] = [];
    let ofPods = 0;
    for (let at = this.#told; at < events.length; at += 1) {
      const { type, reason, source } = events.messages.get(events.message[at]);
      const isPlain = type !== 'Warning' && events.subject[at] === EventSubject.Pod;
      if (isPlain && ofPods >= MOST_OF_PODS) continue;
      if (isPlain) ofPods += 1;
      const { kind, namespace, name, message } = this.#state.describeEvent(at);
      const seconds = events.time[at] / 1e6;
      made.time.push(seconds);
      made.warning.push(type === 'Warning' ? 1 : 0);
      made.reason.push(this.#strings.of(reason));
      made.object.push(this.#strings.of([kind, namespace, name].filter((part) => part !== '').join('/')));
      made.message.push(this.#strings.of(message));
      made.source.push(this.#strings.of(source));
      const mark = this.#mark(source, reason, `${namespace}/${name}`, message, seconds);
      if (mark !== undefined) marks.push(mark);
    }
    this.#told = events.length;
    return { events: made, marks };
  }

  /** What src/report/occurrences.ts makes of the same events of a finished run. */
  #mark(source: string, reason: string, object: string, message: string, from: number): Mark | undefined {
    if (source === 'timeline' && reason === 'ActionApplied') return { kind: 'action', label: message, from, to: from };
    if (source === 'fault') {
      if (reason === 'FaultFired') return { kind: 'fault', label: message, from, to: from };
      if (reason === 'FaultStarted') return this.#begin({ kind: 'fault', label: message, from, to: null }, message);
      if (reason === 'FaultEnded') return this.#end('fault', message.replace(OVER, ''), from);
    }
    if (source !== 'rollout') return undefined;
    if (reason === 'RolloutStarted')
      return this.#begin({ kind: 'rollout', label: `rollout of ${object}`, from, to: null }, object);
    return reason === 'RolloutComplete' ? this.#end('rollout', object, from) : undefined;
  }

  #begin(mark: Mark, subject: string): Mark {
    this.#open.set(`${mark.kind} ${subject}`, mark);
    return mark;
  }

  #end(kind: string, subject: string, to: number): Mark | undefined {
    const key = [...this.#open.keys()].find(
      (one) => one === `${kind} ${subject}` || one.startsWith(`${kind} ${subject}`),
    );
    const mark = key === undefined ? undefined : this.#open.get(key);
    if (key === undefined || mark === undefined) return undefined;
    this.#open.delete(key);
    return { ...mark, to };
  }
}
