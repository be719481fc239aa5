// Events: rows of the event log, to be read only. Whoever has something to say records an event.
import type { Rows } from './rows.ts';
import { timestamp } from '../../lib/timestamp.ts';
import { EventSubject } from '../../model/event-log.ts';
import type { KubeObject } from '../../model/object-store.ts';
import { Change } from '../../model/change-log.ts';
import { uuid } from '../../model/names.ts';
import type { ApiServer } from '../server.ts';
import { notSimulated } from './status.ts';

/** Where the events of objects without a namespace are. */
const HOME = 'default';

export class EventRows implements Rows {
  readonly #api: ApiServer;

  constructor(api: ApiServer) {
    this.#api = api;
  }

  find(namespace: string | undefined, name: string): number {
    for (const row of this.all()) {
      const { metadata } = this.#object(row);
      if (metadata.name === name && metadata.namespace === namespace) return row;
    }
    return -1;
  }

  /** Lines of the simulator itself, which are about no object, are not the API server's. */
  *all(): Generator<number, void, undefined> {
    const { events, controlPlane } = this.#api.state;
    const { lostEvents } = controlPlane;
    for (let row = 0; row < events.length; row += 1) {
      if (events.subject[row] === EventSubject.None) continue;
      if (!lostEvents.some(({ from, to }) => row >= from && row < to)) yield row;
    }
  }

  get(row: number): KubeObject | undefined {
    return this.#object(row);
  }

  create(): number {
    throw notSimulated('an event is recorded by a component');
  }

  replace(): void {
    throw notSimulated('an event does not change');
  }

  delete(): void {
    throw notSimulated('an event stays');
  }

  watch(changed: (row: number, what: number) => void): void {
    const { events } = this.#api.state;
    this.#api.eventCommits.push((row) => {
      if (events.subject[row] !== EventSubject.None) changed(row, Change.Created);
    });
  }

  /** Kubelets name their node by its name, where others have its uid. */
  #identity(row: number, name: string): { readonly apiVersion?: string; readonly uid: string } {
    const { state } = this.#api;
    const { events } = state;
    switch (events.subject[row]) {
      case EventSubject.Pod:
        return { apiVersion: 'v1', uid: state.identities.uid(events.podOf(row)) };
      case EventSubject.Node:
        return { uid: name };
      default: {
        const object = events.objectOf(row);
        const apiVersion = state.objects.get(object)?.apiVersion;
        return { ...(apiVersion === undefined ? {} : { apiVersion }), uid: state.objectUid(object) };
      }
    }
  }

  #object(row: number): KubeObject & { readonly involvedObject: object } {
    const { state } = this.#api;
    const { events } = state;
    const { kind, namespace, name, message } = state.describeEvent(row);
    const { type, reason, source } = events.messages.get(events.message[row]);
    const at = timestamp(events.time[row]);
    const uid = uuid(row, 0, 0);
    const home = namespace === '' ? HOME : namespace;
    return {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: {
        name: `${name}.${uid.slice(0, 8)}${uid.slice(9, 13)}`,
        namespace: home,
        uid,
        resourceVersion: String(row + 1),
        creationTimestamp: at,
      },
      involvedObject: { kind, name, ...(namespace === '' ? {} : { namespace }), ...this.#identity(row, name) },
      type,
      reason,
      message,
      source: { component: source },
      reportingComponent: source,
      firstTimestamp: at,
      lastTimestamp: at,
      count: 1,
    } as KubeObject & { readonly involvedObject: object };
  }
}
