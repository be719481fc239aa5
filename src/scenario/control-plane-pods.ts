// The manifests of static pods that kubeadm writes for a control plane (kubeadm's phases controlplane and etcd): what runs there can be seen in kube-system.
import type { ControlPlanePods } from '../model/settings/control-plane.ts';

const KUBERNETES = 'v1.36.3';
const ETCD = '3.6.5-0';

interface Component {
  readonly name: string;
  readonly image: string;
  readonly port: number;
  readonly requests: Readonly<Record<string, string>>;
  /** Paths that probes ask for. */
  readonly live: string;
  readonly ready: string | undefined;
  readonly starts: string;
}

export function controlPlanePods({ apiServerPort }: Pick<ControlPlanePods, 'apiServerPort'>): object[] {
  const components: readonly Component[] = [
    {
      name: 'etcd',
      image: `etcd:${ETCD}`,
      port: 2381,
      requests: { cpu: '100m', memory: '100Mi' },
      live: '/livez',
      ready: '/readyz',
      starts: '/readyz',
    },
    {
      name: 'kube-apiserver',
      image: `kube-apiserver:${KUBERNETES}`,
      port: apiServerPort,
      requests: { cpu: '250m' },
      live: '/livez',
      ready: '/readyz',
      starts: '/livez',
    },
    {
      name: 'kube-controller-manager',
      image: `kube-controller-manager:${KUBERNETES}`,
      port: 10_257,
      requests: { cpu: '200m' },
      live: '/healthz',
      ready: undefined,
      starts: '/healthz',
    },
    {
      name: 'kube-scheduler',
      image: `kube-scheduler:${KUBERNETES}`,
      port: 10_259,
      requests: { cpu: '100m' },
      live: '/livez',
      ready: '/readyz',
      starts: '/livez',
    },
  ];
  return components.map(manifest);
}

function manifest({ name, image, port, requests, live, ready, starts }: Component): object {
  const httpGet = (path: string): object => ({ path, port: 'probe-port' });
  const slow = { initialDelaySeconds: 10, periodSeconds: 10, timeoutSeconds: 15 };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'kube-system', labels: { component: name, tier: 'control-plane' } },
    spec: {
      hostNetwork: true,
      priority: 2_000_001_000,
      priorityClassName: 'system-node-critical',
      containers: [
        {
          name,
          image: `registry.k8s.io/${image}`,
          ports: [{ name: 'probe-port', containerPort: port, hostPort: port }],
          resources: { requests },
          livenessProbe: { ...slow, httpGet: httpGet(live), failureThreshold: 8 },
          ...(ready === undefined
            ? {}
            : {
                readinessProbe: { httpGet: httpGet(ready), periodSeconds: 1, timeoutSeconds: 15, failureThreshold: 3 },
              }),
          startupProbe: { ...slow, httpGet: httpGet(starts), failureThreshold: 24 },
        },
      ],
    },
  };
}
