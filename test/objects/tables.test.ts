// The committed table of Kubernetes types is what the API server's documents give.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { builtInKinds, objectType, type ValueType } from '../../src/model/objects/tables.ts';

const documents = resolve(process.env.WAVETANK_DATA ?? '../shared/data', 'kubernetes-openapi');

test('generating it again changes nothing', ({ skip }) => {
  if (!existsSync(documents)) {
    process.stdout.write('tables of Kubernetes types: not generated again, kubernetes-openapi is not there\n');
    skip();
  }
  const run = spawnSync(process.execPath, ['scripts/generate-object-tables.mjs', '--check'], { encoding: 'utf8' });
  expect(run.stderr).toBe('');
  expect(run.status).toBe(0);
});

test('every type that a kind needs is there', () => {
  const seen = new Set<string>();
  const visit = (type: ValueType): void => {
    if (type.is === 'list' || type.is === 'map') visit(type.of);
    if (type.is !== 'object' || seen.has(type.name)) return;
    seen.add(type.name);
    for (const field of objectType(type.name).fields) visit(field.type);
  };
  for (const { type } of builtInKinds()) visit({ is: 'object', name: type });
  // Those of the API server, PodGroup, VerticalPodAutoscaler and its checkpoint, Gateway API's, VirtualService, DestinationRule, Rollout and its analyses.
  expect(builtInKinds().length).toBe(71 + 15);
  expect(seen.size).toBeGreaterThan(400);
});
