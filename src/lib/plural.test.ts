// Plurals of Kubernetes' kinds and of plain words.
import { expect, it } from 'vitest';
import { counted } from './plural.ts';

it.each([
  [1, 'Pod', '1 Pod'],
  [2, 'Pod', '2 Pods'],
  [0, 'Pod', '0 Pods'],
  [2, 'NetworkPolicy', '2 NetworkPolicies'],
  [2, 'Ingress', '2 Ingresses'],
  [2, 'StorageClass', '2 StorageClasses'],
  [2, 'Endpoints', '2 Endpoints'],
  [2, 'Gateway', '2 Gateways'],
  [3, 'field', '3 fields'],
  [5000, 'node', '5,000 nodes'],
])('%d %s', (count, noun, text) => {
  expect(counted(count, noun)).toBe(text);
});
