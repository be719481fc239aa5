// A Deployment of an image `example/NAME` and its Service, as lines of a scenario's file.
import { flow } from './flow.ts';

export function serviceObjects(name: string, replicas = 1): string[] {
  const labels = { app: name };
  const container = { name: 'main', image: `example/${name}`, readinessProbe: { httpGet: { port: 80 } } };
  const spec = {
    replicas,
    selector: { matchLabels: labels },
    template: { metadata: { labels }, spec: { containers: [container] } },
  };
  return [
    '---',
    flow({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name }, spec }),
    '---',
    flow({ apiVersion: 'v1', kind: 'Service', metadata: { name }, spec: { selector: labels, ports: [{ port: 80 }] } }),
  ];
}
