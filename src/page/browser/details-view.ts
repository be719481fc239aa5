// What is known of the node, pod, workload or Service that was chosen, at the moment that is shown.
import { STATE_WORDS } from '../coloring.ts';
import type { Selection } from '../find.ts';
import { PodState } from '../frame.ts';
import { changesOf } from '../history.ts';
import type { Moment } from '../moment.ts';
import type { Recording } from '../recording.ts';
import { actionButtons, actionsOn } from './actions.ts';
import { byId, element, link, refill } from './dom.ts';
import { Explanation } from './explanation.ts';
import { NODE_WORDS } from './node-table.ts';
import { serviceDetails } from './service-details.ts';
import { percent } from './words.ts';

/** Pods that are listed. */
const MOST = 60;

export interface DetailsContext {
  readonly recording: Recording;
  readonly moment: Moment;
  readonly clock: (seconds: number) => string;
  readonly select: (selection: Selection) => void;
  /** Gives an entry of a timeline to a live run. */
  readonly order: (entry: Readonly<Record<string, unknown>>) => void;
}

export class DetailsView {
  readonly #context: DetailsContext;
  readonly #title = byId('details-title');
  readonly #body = byId('detail');
  readonly #explanation: Explanation;
  #selection: Selection | undefined;

  constructor(context: DetailsContext) {
    this.#context = context;
    this.#explanation = new Explanation(context);
  }

  /** Shows something else, and says so to whoever listens. */
  choose(selection: Selection): void {
    this.#selection = selection;
    this.#explanation.clear();
    this.draw();
  }

  draw(): void {
    const selection = this.#selection;
    if (selection === undefined) return;
    const [title, ...content] = this.#describe(selection);
    if (this.#title.textContent !== title) this.#title.textContent = title;
    const { recording, order } = this.#context;
    const actions = recording.opening?.source === 'live' ? actionsOn(recording, selection) : [];
    refill(this.#body, ...content, ...actionButtons(actions, order));
  }

  #describe(selection: Selection): [string, ...Node[]] {
    switch (selection.kind) {
      case 'pod':
        return this.#pod(selection.row);
      case 'node':
        return this.#node(selection.row);
      case 'workload':
        return this.#workload(selection.row);
      case 'service': {
        const { namespace, name } = this.#context.recording.services[selection.row];
        return [`Service ${namespace}/${name}`, ...serviceDetails(this.#context, selection.row)];
      }
      case 'pending': {
        const pods = this.#context.moment.withoutNode(MOST);
        const text = 'They wait for a node, or have only just been created.';
        return ['Pods without a node', element('p', { class: 'muted' }, text), this.#pods(pods, pods.length)];
      }
    }
  }

  #pod(pod: number): [string, ...Node[]] {
    const { recording, moment, clock, select } = this.#context;
    const { workload, revision } = recording.pods[pod];
    const on = moment.podNode.values[pod] ?? -1;
    const facts: [string, Node | string][] = [
      ['state', STATE_WORDS[moment.podState.values[pod] ?? PodState.Absent]],
      ['node', on < 0 ? 'none' : link(recording.nodes[on].name, () => select({ kind: 'node', row: on }))],
    ];
    const owner = recording.workloads[workload];
    if (owner !== '') facts.push(['workload', link(owner, () => select({ kind: 'workload', row: workload }))]);
    if (revision !== '') facts.push(['revision', revision]);
    const changes = changesOf(recording, pod, moment.time).map(({ time, state, node }) =>
      element(
        'li',
        {},
        element('span', { class: 'when' }, clock(time)),
        ` ${STATE_WORDS[state]}${state === PodState.Starting && node >= 0 ? ` on ${recording.nodes[node].name}` : ''}`,
      ),
    );
    const name = recording.podName(pod);
    return [
      `Pod ${name}`,
      list(facts),
      element('ol', { class: 'changes' }, ...changes),
      ...this.#explanation.about('pod', name, moment.time),
    ];
  }

  #node(node: number): [string, ...Node[]] {
    const { recording, moment } = this.#context;
    const { name, zone, pool } = recording.nodes[node];
    const facts: [string, string][] = [['state', NODE_WORDS[moment.nodeState.values[node] ?? 0]]];
    if (zone !== '') facts.push(['zone', zone]);
    if (pool !== '') facts.push(['pool', pool]);
    const loads = recording.nodeLoads.of(node, moment.time);
    if (loads !== undefined) {
      facts.push(['CPU', `${percent(loads[0])} requested, ${percent(loads[2])} used`]);
      facts.push(['memory', `${percent(loads[1])} requested`]);
    }
    const pods = moment.placesOf(node).filter((pod) => pod >= 0);
    return [
      `Node ${name}`,
      list(facts),
      this.#pods(pods, pods.length),
      ...this.#explanation.about('workload', `node/${name}`, moment.time),
    ];
  }

  #workload(workload: number): [string, ...Node[]] {
    const { recording, moment } = this.#context;
    const name = recording.workloads[workload];
    const pods: number[] = [];
    const counts = new Map<number, number>();
    for (const [pod, { workload: of }] of recording.pods.entries()) {
      const state = moment.podState.values[pod];
      if (of !== workload || state === undefined || state === PodState.Absent) continue;
      pods.push(pod);
      counts.set(state, (counts.get(state) ?? 0) + 1);
    }
    const facts = [...counts]
      .sort(([a], [b]) => b - a)
      .map(([state, count]): [string, string] => [STATE_WORDS[state], String(count)]);
    const explained = name === '' ? [] : this.#explanation.about('workload', name, moment.time);
    return [name === '' ? 'Pods without a controller' : name, list(facts), this.#pods(pods, pods.length), ...explained];
  }

  #pods(pods: readonly number[], total: number): Node {
    const { recording, moment, select } = this.#context;
    const items = pods.slice(0, MOST).map((pod) =>
      element(
        'li',
        {},
        link(recording.podName(pod), () => select({ kind: 'pod', row: pod })),
        element('span', { class: 'muted' }, ` ${STATE_WORDS[moment.podState.values[pod]]}`),
      ),
    );
    if (total > items.length) items.push(element('li', { class: 'muted' }, `and ${total - items.length} more`));
    return items.length === 0
      ? element('p', { class: 'muted' }, 'No pods.')
      : element('ul', { class: 'pods' }, ...items);
  }
}

function list(facts: readonly (readonly [string, Node | string])[]): HTMLElement {
  return element(
    'dl',
    { class: 'facts' },
    ...facts.flatMap(([name, value]) => [element('dt', {}, name), element('dd', {}, value)]),
  );
}
