// An error in a field that the API server fills in from another one points to what its author wrote.
import { expect, test } from 'vitest';
import { builtInFamilies, familySchemas } from '../world/families.ts';
import { loadScenario } from './load.ts';

const failure = (text: string): string => {
  try {
    loadScenario([{ file: 'in.yaml', text }], { families: familySchemas(builtInFamilies) });
  } catch (error) {
    if (error instanceof Error) return error.message;
    throw error;
  }
  return 'accepted';
};

const service = (spec: string) => `apiVersion: v1\nkind: Service\nmetadata: { name: s }\nspec:\n${spec}`;
const pod = (container: string, more = '') =>
  `apiVersion: v1\nkind: Pod\nmetadata: { name: p }\nspec:\n${more}  containers:\n    - name: c\n      image: i\n${container}`;

test.each([
  ['a cluster IP', service('  ports: [{ port: 80 }]\n  clusterIP: nonsense'), 'in.yaml:6:14: spec.clusterIP: '],
  [
    'the list of them',
    service('  ports: [{ port: 80 }]\n  clusterIPs: [nonsense]\n  clusterIP: nonsense'),
    'in.yaml:6:16: spec.clusterIPs[0]: ',
  ],
  ['a target port', service('  ports:\n    - port: 70000'), 'in.yaml:6:13: spec.ports[0].port: '],
  [
    'a request that comes from a limit',
    pod('      resources:\n        limits:\n          nvidia.com/gpu: "0.5"\n'),
    'in.yaml:10:27: spec.containers[0].resources.limits[nvidia.com/gpu]: ',
  ],
  [
    'a host port that comes from the port',
    pod('      ports:\n        - containerPort: 80\n        - containerPort: 80\n', '  hostNetwork: true\n'),
    'in.yaml:11:26: spec.containers[0].ports[1].containerPort: ',
  ],
  ['a service account', pod('', '  serviceAccount: A_B\n'), 'in.yaml:5:19: spec.serviceAccount: '],
  [
    'a key of a Secret that was written as text',
    'apiVersion: v1\nkind: Secret\nmetadata: { name: s }\nstringData:\n  "a b": x\n',
    'in.yaml:5:10: stringData[a b]: ',
  ],
  [
    'taints, which the API server reports under metadata',
    'apiVersion: v1\nkind: Node\nmetadata: { name: node }\nspec:\n  taints:\n    - { key: a, effect: Never }\n',
    'in.yaml:6:25: spec.taints[0].effect: ',
  ],
  [
    'the range of a node',
    'apiVersion: v1\nkind: Node\nmetadata: { name: node }\nspec:\n  podCIDR: nonsense\n',
    'in.yaml:5:12: spec.podCIDR: ',
  ],
])('%s', (_, text, place) => {
  expect(
    failure(text)
      .split('\n')
      .find((line) => line.startsWith(place)) ?? failure(text),
  ).toContain(place);
});

test('what is missing stays what it is called', () => {
  expect(failure(service('  type: ClusterIP'))).toContain('spec.ports: Required value');
});
