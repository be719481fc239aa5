// What a VerticalPodAutoscaler recommends in the end.
import { parseQuantity } from '../../model/parse/quantity.ts';
import type { VerticalPodAutoscaler } from '../../model/vertical-pod-autoscaler.ts';
import { type Figure, qualified } from './figure.ts';

const target = (resource: 'cpu' | 'memory', title: string, meaning: string): Figure => ({
  pattern: `vpa.<vpa>.${resource}`,
  title,
  unit: 'count',
  gauge: false,
  wholeRun: true,
  better: 'neither',
  meaning,
  measure: ({ names }, { state: { objects } }) => {
    const [name = '', namespace = ''] = qualified(names['vpa']).split('/').reverse();
    const row = objects.find('VerticalPodAutoscaler', namespace, name);
    const { status } = (objects.get(row) ?? {}) as Partial<VerticalPodAutoscaler>;
    return status?.recommendation?.containerRecommendations.reduce(
      (sum, one) => sum + parseQuantity(one.target[resource] ?? '0').approximate(),
      0,
    );
  },
});

export const verticalAutoscalerFigures: readonly Figure[] = [
  target('cpu', 'CPU that <vpa> recommends', 'CPUs that it recommends for a pod at the end: its target.'),
  target('memory', 'Memory that <vpa> recommends', 'Bytes that it recommends for a pod at the end.'),
];
