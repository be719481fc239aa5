// Whole manifests: a real shop is accepted as it is, and a long one loads fast.
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { loadAll } from 'js-yaml';
import { expect, test } from 'vitest';
import { KUBERNETES_SCHEMA } from '../../src/lib/yaml-scalars.ts';
import { createObject } from '../../src/model/objects/create/object.ts';
import { decodeObject } from '../../src/model/objects/decode.ts';

const shop = resolve(process.env.WAVETANK_DATA ?? '../shared/data', 'manifests/online-boutique.yaml');

/** Every problem of every document. */
function problemsOf(text: string): { objects: number; problems: string[] } {
  const problems: string[] = [];
  let objects = 0;
  for (const document of loadAll(text, { schema: KUBERNETES_SCHEMA })) {
    if (document === null) continue;
    const decoded = decodeObject(document);
    problems.push(...decoded.problems.map(({ path, message }) => `${path}: ${message}`));
    if (decoded.object === undefined) continue;
    objects += 1;
    const errors = createObject(decoded.object, { generateName: (prefix) => `${prefix}00000` });
    problems.push(...errors.map(({ field, message }) => `${field}: ${message}`));
  }
  return { objects, problems };
}

test('online-boutique is accepted unchanged', ({ skip }) => {
  if (!existsSync(shop)) {
    process.stdout.write('online-boutique: not loaded, the manifest is not there\n');
    skip();
  }
  const { objects, problems } = problemsOf(readFileSync(shop, 'utf8'));
  expect(problems).toEqual([]);
  expect(objects).toBe(35);
});

const DEPLOYMENT = (index: number) => `apiVersion: apps/v1
kind: Deployment
metadata: { name: web-${index}, labels: { app: web-${index} } }
spec:
  replicas: 3
  selector: { matchLabels: { app: web-${index} } }
  template:
    metadata: { labels: { app: web-${index} } }
    spec:
      containers:
      - name: server
        image: shop/web:v1
        ports:
        - containerPort: 8080
          name: http
        env:
        - name: PORT
          value: "8080"
        readinessProbe:
          periodSeconds: 5
          httpGet: { path: /, port: 8080 }
        resources:
          requests: { cpu: 100m, memory: 64Mi }
          limits: { cpu: 200m, memory: 128Mi }
`;

test('20,000 lines load in a second', () => {
  const text = Array.from({ length: 850 }, (_, index) => DEPLOYMENT(index)).join('---\n');
  expect(text.split('\n').length).toBeGreaterThan(20_000);
  const started = performance.now();
  const { objects, problems } = problemsOf(text);
  const elapsedMs = performance.now() - started;
  expect(problems).toEqual([]);
  expect(objects).toBe(850);
  process.stdout.write(
    `a manifest of 20,000 lines: read, decoded, defaulted and validated in ${elapsedMs.toFixed(0)} ms\n`,
  );
  expect(elapsedMs).toBeLessThan(3000);
});
