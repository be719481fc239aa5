// The objects that `kubectl create deployment` and `kubectl expose` make of their options.
import type { KubernetesObject } from './scenario.ts';

export interface CreateDeployment {
  readonly name: string;
  readonly namespace: string;
  readonly image: string;
  readonly replicas: number;
  readonly port?: number | undefined;
  readonly command?: readonly string[] | undefined;
}

export interface Expose {
  readonly deployment: string;
  readonly namespace: string;
  readonly name?: string | undefined;
  readonly type: string;
  readonly port: number;
  readonly targetPort?: number | string | undefined;
}

/** The container is called as the image is, without its path and its tag. */
export function createdDeployment({ name, namespace, image, replicas, port, command }: CreateDeployment): object {
  const labels = { app: name };
  const container = {
    name: image.replace(/^.*\//, '').replace(/[:@].*$/, ''),
    image,
    ...(command === undefined ? {} : { command }),
    ...(port === undefined ? {} : { ports: [{ containerPort: port }] }),
  };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace, labels },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [container] } },
    },
  };
}

/** A Service with the selector and the labels of a Deployment; without one it is refused later. */
export function exposingService(
  { deployment, namespace, name = deployment, type, port, targetPort }: Expose,
  exposed: KubernetesObject | undefined,
): object {
  const { selector } = (exposed?.spec ?? {}) as { readonly selector?: { readonly matchLabels?: object } };
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace, labels: exposed?.metadata.labels ?? {} },
    spec: {
      type,
      selector: selector?.matchLabels ?? { app: deployment },
      ports: [{ protocol: 'TCP', port, ...(targetPort === undefined ? {} : { targetPort }) }],
    },
  };
}
