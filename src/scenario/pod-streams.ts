// The pods of `spec.podArrivals`: each template as the pod that the API server would store, with its problems at their lines.
import type { InputDocument } from './document.ts';
import { isMapping } from './fill.ts';
import type { ObjectReader } from './objects.ts';
import type { PodStream, ScenarioObject } from './scenario.ts';
import type { ParsedSpec } from './schema/schema.ts';

export function podStreams(document: InputDocument, spec: ParsedSpec, reader: ObjectReader): PodStream[] {
  return spec.podArrivals.map(({ name, namespace, templates, atUs, template, lifetimeUs }, stream) => {
    const pods = templates.flatMap((_, index): ScenarioObject[] => {
      const pod = document.part(['spec', 'podArrivals', stream, 'templates', index]);
      const { value } = pod;
      const written = isMapping(value) ? value : {};
      const { name: called } = templates[index];
      const metadata = isMapping(written['metadata']) ? written['metadata'] : {};
      pod.value = {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { ...metadata, name: `${name}-${called}`, namespace },
        spec: written['spec'],
      };
      return reader.readAll([pod]);
    });
    return { name, namespace, pods, atUs, template, lifetimeUs };
  });
}
