// Proxies that the webhook of a service mesh puts into pods: into which, and what they look like there.
import type { Container, PodTemplateSpec, ResourceRequirements } from 'kubernetes-types/core/v1.js';
import type { ObjectMeta } from 'kubernetes-types/meta/v1.js';

export const injectors = ['istio', 'linkerd'] as const;

/** The image that a mesh of that kind puts into pods. */
export interface SidecarInjection {
  readonly image: string;
  readonly by: (typeof injectors)[number];
}

type Metadata = Pick<ObjectMeta, 'labels' | 'annotations'>;

interface Mesh {
  readonly container: string;
  /** Undefined: nobody says anything. */
  readonly asked: (namespace: Metadata, pod: Metadata) => boolean | undefined;
  readonly ports: NonNullable<Container['ports']>;
  readonly ready: { readonly path: string; readonly port: number };
  /** Annotations with a resource of the proxy, each with what it has where none of them is there. */
  readonly resources: Readonly<
    Record<'cpu' | 'memory' | 'cpuLimit' | 'memoryLimit', readonly [string, string | undefined]>
  >;
  /** Whether it is an init container that stays (KEP-753). */
  readonly isNative: (annotations: Readonly<Record<string, string>>) => boolean;
}

/**
 * Sources: Istio 1.27, "Controlling the injection policy", "Resource annotations" and the default profile's `global.proxy.resources`; Linkerd,
 * "Automatic Proxy Injection" and "Proxy Configuration". What leads packets to the proxy (`istio-init`, `linkerd-init`, or their CNI plugins) takes no time here.
 */
const meshes: Readonly<Record<SidecarInjection['by'], Mesh>> = {
  istio: {
    container: 'istio-proxy',
    asked: (namespace, pod) => {
      const own = pod.labels?.['sidecar.istio.io/inject'] ?? pod.annotations?.['sidecar.istio.io/inject'];
      const all = namespace.labels?.['istio-injection'];
      if (own === 'false' || all === 'disabled') return false;
      const revision = namespace.labels?.['istio.io/rev'] ?? pod.labels?.['istio.io/rev'];
      return own === 'true' || all === 'enabled' || revision !== undefined ? true : undefined;
    },
    ports: [{ name: 'http-envoy-prom', containerPort: 15090, protocol: 'TCP' }],
    ready: { path: '/healthz/ready', port: 15021 },
    resources: {
      cpu: ['sidecar.istio.io/proxyCPU', '100m'],
      memory: ['sidecar.istio.io/proxyMemory', '128Mi'],
      cpuLimit: ['sidecar.istio.io/proxyCPULimit', '2'],
      memoryLimit: ['sidecar.istio.io/proxyMemoryLimit', '1Gi'],
    },
    isNative: (annotations) => annotations['sidecar.istio.io/nativeSidecar'] !== 'false',
  },
  linkerd: {
    container: 'linkerd-proxy',
    asked: (namespace, pod) => {
      const said = pod.annotations?.['linkerd.io/inject'] ?? namespace.annotations?.['linkerd.io/inject'];
      return said === undefined ? undefined : said === 'enabled' || said === 'ingress';
    },
    ports: [{ name: 'linkerd-proxy', containerPort: 4143, protocol: 'TCP' }],
    ready: { path: '/ready', port: 4191 },
    resources: {
      cpu: ['config.linkerd.io/proxy-cpu-request', undefined],
      memory: ['config.linkerd.io/proxy-memory-request', undefined],
      cpuLimit: ['config.linkerd.io/proxy-cpu-limit', undefined],
      memoryLimit: ['config.linkerd.io/proxy-memory-limit', undefined],
    },
    isNative: (annotations) => annotations['config.beta.linkerd.io/proxy-enable-native-sidecar'] === 'true',
  },
};

/** The template with a proxy; undefined where its pods get none, or have one. An ordinary container comes last, so that those of the manifest keep their numbers. */
export function withSidecar(
  template: PodTemplateSpec,
  namespace: Metadata,
  { image, by }: SidecarInjection,
): PodTemplateSpec | undefined {
  const { metadata = {}, spec } = template;
  const mesh = meshes[by];
  const { container: name, ports, ready } = mesh;
  if (spec === undefined || spec.hostNetwork === true) return undefined;
  const { containers, initContainers = [] } = spec;
  if ([...containers, ...initContainers].some((one) => one.name === name)) return undefined;
  if (mesh.asked(namespace, metadata) !== true) return undefined;
  const annotations = metadata.annotations ?? {};
  const httpGet = { path: ready.path, port: ready.port };
  const proxy: Container = { name, image, ports, resources: resourcesOf(mesh, annotations) };
  if (!mesh.isNative(annotations)) {
    const readinessProbe = { httpGet, initialDelaySeconds: 1, periodSeconds: 15, failureThreshold: 4 };
    return { ...template, spec: { ...spec, containers: [...containers, { ...proxy, readinessProbe }] } };
  }
  // The others start once it is ready.
  const startupProbe = { httpGet, periodSeconds: 1, failureThreshold: 600 };
  const native: Container = { ...proxy, restartPolicy: 'Always', startupProbe };
  return { ...template, spec: { ...spec, initContainers: [native, ...initContainers] } };
}

/** Where one of the annotations is there, the others have no defaults. */
function resourcesOf({ resources }: Mesh, annotations: Readonly<Record<string, string>>): ResourceRequirements {
  const isSet = Object.values(resources).some(([key]) => annotations[key] !== undefined);
  const quantity = ([key, usual]: readonly [string, string | undefined]) => (isSet ? annotations[key] : usual);
  const list = (cpu: string | undefined, memory: string | undefined) => ({
    ...(cpu === undefined ? {} : { cpu }),
    ...(memory === undefined ? {} : { memory }),
  });
  const { cpu, memory, cpuLimit, memoryLimit } = resources;
  return {
    requests: list(quantity(cpu), quantity(memory)),
    limits: list(quantity(cpuLimit), quantity(memoryLimit)),
  };
}
