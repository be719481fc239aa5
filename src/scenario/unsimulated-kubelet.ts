// What a scenario asks of kubelets that is not simulated, beyond what they do without being asked: it is reported as fields without effect are.
import { valueAt } from './document.ts';
import type { InputDocument } from './document.ts';
import type { Ignored, ScenarioObject } from './scenario.ts';

/** Fields of `spec.kubelet`, and the values that are the same as without the field. */
const FIELDS: readonly (readonly [path: readonly string[], same: readonly unknown[]])[] = [
  [['memoryManagerPolicy'], ['None']],
  [['topologyManagerPolicy'], ['none']],
  [['topologyManagerScope'], ['container']],
  [['failSwapOn'], [true]],
  [
    ['memorySwap', 'swapBehavior'],
    ['', 'NoSwap'],
  ],
];

export function unsimulatedKubelet(document: InputDocument, scenario: string): Ignored[] {
  // CPUs of their own mean something only where pods compete for CPUs.
  const cpuManager = sharesNodes(document) ? [] : [[['cpuManagerPolicy'], ['none']] as const];
  return [...cpuManager, ...FIELDS].flatMap(([path, same]) => {
    const at = ['spec', 'kubelet', ...path];
    const value = valueAt(document.value, at);
    if (value === undefined || same.includes(value)) return [];
    return [{ object: `Scenario/${scenario}`, path: at.join('.'), place: document.place(at, true) }];
  });
}

function sharesNodes({ value }: InputDocument): boolean {
  const behaviors = valueAt(value, ['spec', 'behaviors']);
  const count = Array.isArray(behaviors) ? behaviors.length : 0;
  const compute = (at: number) => valueAt(value, ['spec', 'behaviors', at, 'requests', 'compute']);
  return Array.from({ length: count }, (_, at) => compute(at)).includes('nodeShared');
}

/** The swap of machines, which Node objects tell in their status. */
export function unsimulatedSwap(nodes: readonly ScenarioObject[]): Ignored[] {
  return nodes.flatMap(({ manifest, object, place }) => {
    const path = ['status', 'nodeInfo', 'swap', 'capacity'];
    const bytes = valueAt(manifest, path);
    return typeof bytes === 'number' && bytes > 0
      ? [{ object: `Node/${object.metadata.name}`, path: path.join('.'), place }]
      : [];
  });
}
