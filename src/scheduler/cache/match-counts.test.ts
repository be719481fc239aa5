// Counters that begin at any time, and nodes that come, go and move, against counting again.
import { expect, test } from 'vitest';
import { Engine } from '../../engine/engine.ts';
import { compileLabelSelector } from '../../model/parse/label-selector.ts';
import { PodClasses } from '../../model/pod-class.ts';
import type { ClassRow, NodeRow } from '../../model/rows.ts';
import { MatchCounts } from './match-counts.ts';
import { TopologyKey } from './topology.ts';

const SELECTORS = [
  { matchLabels: { app: 'a' } },
  { matchLabels: { app: 'b' } },
  { matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['a'] }] },
  {},
].map((object) => compileLabelSelector(object));
const NODES = 6;

test('every counter counts what it would if it counted again', () => {
  const random = new Engine({ seed: 'counts' }).stream('test');
  const classes = new PodClasses();
  const zone = new TopologyKey('zone');
  const pods: { podClass: ClassRow; node: NodeRow; terminating: boolean }[] = [];
  const zones = new Map<NodeRow, string>();
  const counts = new MatchCounts(classes, {
    forEachNode: (visit) => [...zones.keys()].forEach(visit),
    forEachPod: (visit) => pods.forEach(({ podClass, node, terminating }) => visit(podClass, node, terminating)),
    topology: () => zone,
  });
  const setNode = (node: NodeRow, of: string | undefined): void => {
    if (of === undefined) zones.delete(node);
    else zones.set(node, of);
    zone.set(node, of === undefined ? undefined : { zone: of });
    counts.nodeChanged(node, of !== undefined);
  };
  for (let i = 0; i < NODES; i += 1) setNode(i as NodeRow, `z${i % 2}`);
  const everywhere = { key: '', includes: () => true };
  for (let step = 0; step < 2000; step += 1) {
    const what = random.int(8);
    const node = random.int(NODES) as NodeRow;
    if (what < 4) {
      const labels = [{}, { app: 'a' }, { app: 'b' }][random.int(3)];
      const annotations = { n: `${random.int(4)}` };
      const { id } = classes.intern('default', { metadata: { labels, annotations }, spec: { containers: [] } });
      const terminating = random.int(4) === 0;
      pods.push({ podClass: id, node, terminating });
      counts.podAdded(id, node, terminating);
    } else if (what < 6 && pods.length > 0) {
      const [gone] = pods.splice(random.int(pods.length), 1);
      counts.podRemoved(gone.podClass, gone.node, gone.terminating);
    } else if (what === 6) {
      const dying = pods.find(({ terminating }) => !terminating);
      if (dying === undefined) continue;
      dying.terminating = true;
      counts.podTerminating(dying.podClass, dying.node);
    } else {
      setNode(node, [undefined, 'z0', 'z1', 'z2'][random.int(4)]);
    }
    const at = random.int(Math.min(SELECTORS.length, 1 + Math.floor(step / 400)));
    const terminating = random.int(2) === 0;
    const selector = SELECTORS[at];
    const counter = counts.counter(
      `${at}`,
      terminating,
      (one) => selector.matches(one.labels),
      selector.requiredLabel(),
    );
    const counted = pods.filter(
      (pod) => selector.matches(classes.get(pod.podClass).labels) && (terminating || !pod.terminating),
    );
    const byZone = counts.domains(counter, 'zone', everywhere);
    expect(byZone.total).toBe(counted.filter((pod) => zones.has(pod.node)).length);
    for (const [one, of] of zones) {
      expect(counter.at(one)).toBe(counted.filter((pod) => pod.node === one).length);
      expect(byZone.at(one)).toBe(counted.filter((pod) => zones.get(pod.node) === of).length);
    }
    expect(byZone.where.size).toBe(new Set(zones.values()).size);
  }
});
