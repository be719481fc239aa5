// What may be done to a live cluster by hand: entries of a timeline for a node, a pod, a workload or a zone.
import type { Selection } from '../find.ts';
import type { Recording } from '../recording.ts';
import { element } from './dom.ts';

type Entry = Readonly<Record<string, unknown>>;
type Action = readonly [label: string, entry: Entry];

const FOR = '5m';

/** What may be done to what was chosen. */
export function actionsOn({ nodes, pods, workloads }: Recording, selection: Selection): readonly Action[] {
  if (selection.kind === 'node') {
    const { name: node, zone } = nodes[selection.row];
    const own: Action[] = [
      ['Crash it for 5 minutes', { fault: { NodeCrash: { node, for: FOR } } }],
      ['Stop its kubelet for 5 minutes', { fault: { KubeletStop: { node, for: FOR } } }],
      ['Drain', { drain: { node, ignoreDaemonsets: true } }],
      ['Cordon', { cordon: { node } }],
      ['Uncordon', { uncordon: { node } }],
    ];
    return zone === ''
      ? own
      : [...own, [`Lose zone ${zone} for 5 minutes`, { fault: { ZoneOutage: { zone, for: FOR } } }]];
  }
  if (selection.kind === 'pod') {
    const { namespace, name: pod } = pods[selection.row];
    return [
      ['Crash its process', { fault: { PodCrash: { namespace, pod } } }],
      ['Delete', { delete: { kind: 'Pod', name: pod, namespace } }],
    ];
  }
  if (selection.kind !== 'workload') return [];
  const [kind, namespace, name] = workloads[selection.row].split('/');
  if (kind !== 'Deployment') return [];
  return [
    ['Restart it (rollout restart)', { rolloutRestart: { deployment: name, namespace } }],
    ['Crash one of its pods', { fault: { PodCrash: { namespace, deployment: name } } }],
  ];
}

/** Buttons for them; `order` gives them to the run. */
export function actionButtons(actions: readonly Action[], order: (entry: Entry) => void): Node[] {
  if (actions.length === 0) return [];
  const buttons = actions.map(([label, entry]) => {
    const button = element('button', { key: label, onClick: () => order(entry) }, label);
    button.type = 'button';
    return button;
  });
  return [element('div', { class: 'actions' }, ...buttons)];
}
