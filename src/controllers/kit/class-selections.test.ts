// Selections by label against asking every selector about every class.
import { expect, test } from 'vitest';
import { Engine } from '../../engine/engine.ts';
import { compileLabelSelector, type LabelSelector } from '../../model/parse/label-selector.ts';
import { PodClasses } from '../../model/pod-class.ts';
import type { ClassRow, ObjectRow } from '../../model/rows.ts';
import { ClassSelections } from './class-selections.ts';

const SELECTORS = [
  { matchLabels: { app: 'a' } },
  { matchLabels: { app: 'a', tier: 'x' } },
  { matchExpressions: [{ key: 'app', operator: 'In', values: ['a', 'b'] }] },
  { matchExpressions: [{ key: 'app', operator: 'In', values: ['b'] }] },
  { matchExpressions: [{ key: 'tier', operator: 'NotIn', values: ['x'] }] },
  { matchExpressions: [{ key: 'tier', operator: 'Exists' }] },
  {},
  null,
].map((object) => compileLabelSelector(object));

test('whoever comes first, objects and classes find each other, in the order in which objects were set', () => {
  const random = new Engine({ seed: 'selections' }).stream('test');
  const classes = new PodClasses();
  const selections = new ClassSelections(classes);
  const objects = new Map<ObjectRow, { namespace: string; selector: LabelSelector }>();
  const pick = <T>(from: readonly T[]): T => from[random.int(from.length)];
  for (let step = 0; step < 400; step += 1) {
    const namespace = pick(['one', 'two']);
    const row = random.int(12) as ObjectRow;
    const what = random.int(9);
    if (what < 3) {
      const labels = { ...pick([{}, { app: 'a' }, { app: 'b' }]), ...pick([{}, { tier: 'x' }, { tier: 'y' }]) };
      classes.intern(namespace, {
        metadata: { labels, annotations: { n: `${random.int(3)}` } },
        spec: { containers: [] },
      });
    } else if (what < 5) {
      objects.delete(row);
      selections.set(row, namespace, undefined);
    } else {
      const selector = pick(SELECTORS);
      objects.delete(row);
      objects.set(row, { namespace, selector });
      selections.set(row, namespace, selector);
    }
    if (classes.length === 0) continue;
    const seen = random.int(classes.length) as ClassRow;
    const one = classes.get(seen);
    const expected = [...objects].filter(
      ([, object]) => object.namespace === one.namespace && object.selector.matches(one.labels),
    );
    expect(selections.selecting(seen)).toEqual(expected.map(([object]) => object));
    for (const object of objects.keys()) {
      const known = selections.classesOf(object);
      expect(known.includes(seen)).toBe(expected.some(([other]) => other === object));
    }
  }
  expect(selections.size).toBe(objects.size);
});
