// Into which pods the webhooks of Istio and Linkerd put a proxy, and what they look like there.
import { describe, expect, it } from 'vitest';
import type { PodTemplateSpec } from 'kubernetes-types/core/v1.js';
import { withSidecar } from './sidecar-injection.ts';

const istio = { image: 'istio/proxyv2', by: 'istio' } as const;
const linkerd = { image: 'linkerd/proxy', by: 'linkerd' } as const;

type Strings = Readonly<Record<string, string>>;

const podOf = (labels: Strings = {}, annotations: Strings = {}, more: object = {}): PodTemplateSpec => ({
  metadata: { labels, annotations },
  spec: { containers: [{ name: 'main', image: 'app' }], ...more },
});

/** All names, those of init containers first. */
const names = (template: PodTemplateSpec | undefined): string[] =>
  [...(template?.spec?.initContainers ?? []), ...(template?.spec?.containers ?? [])].map(({ name }) => name);

// "Controlling the injection policy": if either label says no, none; if either says yes, one; else none.
describe('Istio', () => {
  const [YES, NO] = ['enabled', 'disabled'];
  it.each<[namespace: string | undefined, pod: string | undefined, isInjected: boolean]>([
    [YES, undefined, true],
    [YES, 'true', true],
    [YES, 'false', false],
    [NO, 'true', false],
    [NO, undefined, false],
    [undefined, 'true', true],
    [undefined, 'false', false],
    [undefined, undefined, false],
  ])('namespace %s, pod %s: %s', (namespace, pod, isInjected) => {
    const labels = namespace === undefined ? {} : { 'istio-injection': namespace };
    const own = pod === undefined ? {} : { 'sidecar.istio.io/inject': pod };
    for (const template of [podOf(own), podOf({}, own)])
      expect(withSidecar(template, { labels }, istio) !== undefined).toBe(isInjected);
  });

  it('goes by revisions too', () => {
    expect(names(withSidecar(podOf(), { labels: { 'istio.io/rev': 'canary' } }, istio))).toEqual([
      'istio-proxy',
      'main',
    ]);
    const off = { 'sidecar.istio.io/inject': 'false' };
    expect(withSidecar(podOf(off), { labels: { 'istio.io/rev': 'canary' } }, istio)).toBe(undefined);
  });

  it('is an init container that stays, unless told otherwise', () => {
    const labels = { 'istio-injection': 'enabled' };
    const init = { initContainers: [{ name: 'setup', image: 'setup' }] };
    const native = withSidecar(podOf({}, {}, init), { labels }, istio);
    expect(names(native)).toEqual(['istio-proxy', 'setup', 'main']);
    expect(native?.spec?.initContainers?.[0]).toMatchObject({ image: 'istio/proxyv2', restartPolicy: 'Always' });
    const ordinary = withSidecar(podOf({}, { 'sidecar.istio.io/nativeSidecar': 'false' }, init), { labels }, istio);
    expect(names(ordinary)).toEqual(['setup', 'main', 'istio-proxy']);
    expect(ordinary?.spec?.containers[1].restartPolicy).toBe(undefined);
  });

  it('has resources by annotations, all of them or its own', () => {
    const resources = (annotations: Strings) =>
      withSidecar(podOf({}, annotations), { labels: { 'istio-injection': 'enabled' } }, istio)?.spec
        ?.initContainers?.[0].resources;
    expect(resources({})).toEqual({ requests: { cpu: '100m', memory: '128Mi' }, limits: { cpu: '2', memory: '1Gi' } });
    expect(resources({ 'sidecar.istio.io/proxyCPU': '500m' })).toEqual({ requests: { cpu: '500m' }, limits: {} });
  });

  it('leaves pods alone that have it, or that have the network of their node', () => {
    const labels = { 'istio-injection': 'enabled' };
    expect(withSidecar(podOf({}, {}, { hostNetwork: true }), { labels }, istio)).toBe(undefined);
    const once = withSidecar(podOf(), { labels }, istio);
    expect(withSidecar(once!, { labels }, istio)).toBe(undefined);
  });
});

describe('Linkerd', () => {
  it.each<[namespace: string | undefined, pod: string | undefined, isInjected: boolean]>([
    ['enabled', undefined, true],
    ['ingress', undefined, true],
    ['enabled', 'disabled', false],
    ['disabled', 'enabled', true],
    [undefined, 'enabled', true],
    [undefined, undefined, false],
  ])('namespace %s, pod %s: %s', (namespace, pod, isInjected) => {
    const of = (value: string | undefined): Strings => (value === undefined ? {} : { 'linkerd.io/inject': value });
    expect(withSidecar(podOf({}, of(pod)), { annotations: of(namespace) }, linkerd) !== undefined).toBe(isInjected);
  });

  it('is an ordinary container unless told otherwise, without resources of its own', () => {
    const annotations = { 'linkerd.io/inject': 'enabled' };
    const made = withSidecar(podOf({}, annotations), {}, linkerd);
    expect(names(made)).toEqual(['main', 'linkerd-proxy']);
    expect(made?.spec?.containers[1].resources).toEqual({ requests: {}, limits: {} });
    const native = { ...annotations, 'config.beta.linkerd.io/proxy-enable-native-sidecar': 'true' };
    expect(names(withSidecar(podOf({}, native), {}, linkerd))).toEqual(['linkerd-proxy', 'main']);
  });
});
