// Namespaces that objects are in but that nobody declares are created, as a user would have done before.
import type { ScenarioObject } from './scenario.ts';

/** The objects with the Namespaces that they, and those that come `later`, need before them; `notes` says which were made. */
export function withNamespaces(
  objects: readonly ScenarioObject[],
  later: readonly ScenarioObject[],
  notes: string[],
): ScenarioObject[] {
  const everything = [...objects, ...later].map(({ object }) => object);
  const declared = new Set(everything.filter(({ kind }) => kind === 'Namespace').map(({ metadata }) => metadata.name));
  const missing = new Set<string>();
  for (const { metadata } of everything) {
    const { namespace } = metadata;
    if (namespace === undefined || namespace === 'default' || namespace.startsWith('kube-')) continue;
    if (!declared.has(namespace)) missing.add(namespace);
  }
  const made = [...missing].map((name): ScenarioObject => {
    notes.push(`the namespace ${name} is not in the input and was created`);
    const metadata = { name, labels: { 'kubernetes.io/metadata.name': name } };
    return {
      object: { apiVersion: 'v1', kind: 'Namespace', metadata, spec: { finalizers: ['kubernetes'] } },
      place: {},
    };
  });
  return [...made, ...objects];
}
