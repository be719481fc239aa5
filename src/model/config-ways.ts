// How a container gets a key of a ConfigMap or a Secret: in a file that follows its changes, or once, when it starts.
import type { Container, KeyToPath, PodSpec, Volume } from 'kubernetes-types/core/v1.js';

export interface ConfigKey {
  readonly kind: 'ConfigMap' | 'Secret';
  readonly name: string;
  readonly key: string;
}

/** `file`: of a volume, which the kubelet keeps up to date. `start`: in the environment, or a file mounted by `subPath`, which nobody updates. */
export type ConfigWay = 'file' | 'start';

interface Source {
  readonly kind: ConfigKey['kind'];
  readonly name: string | undefined;
  readonly items: readonly KeyToPath[] | undefined;
}

/** Undefined where the container does not get it. Where it gets it twice, the file counts. */
export function configWay(container: Container, spec: PodSpec, wanted: ConfigKey): ConfigWay | undefined {
  const mounts = (container.volumeMounts ?? []).filter((mount) =>
    (spec.volumes ?? []).some((volume) => volume.name === mount.name && has(volume, wanted)),
  );
  if (mounts.some(({ subPath, subPathExpr }) => (subPath ?? subPathExpr) === undefined)) return 'file';
  return mounts.length > 0 || isInEnvironment(container, wanted) ? 'start' : undefined;
}

function isInEnvironment({ env = [], envFrom = [] }: Container, { kind, name, key }: ConfigKey): boolean {
  const isMap = kind === 'ConfigMap';
  return (
    envFrom.some(({ configMapRef, secretRef }) => (isMap ? configMapRef : secretRef)?.name === name) ||
    env.some(({ valueFrom }) => {
      const from = isMap ? valueFrom?.configMapKeyRef : valueFrom?.secretKeyRef;
      return from?.name === name && from.key === key;
    })
  );
}

function has(volume: Volume, { kind, name, key }: ConfigKey): boolean {
  return sourcesOf(volume).some(
    (source) =>
      source.kind === kind && source.name === name && (source.items?.some((item) => item.key === key) ?? true),
  );
}

function sourcesOf({ configMap, secret, projected }: Volume): readonly Source[] {
  const all: Source[] = [];
  if (configMap !== undefined) all.push({ kind: 'ConfigMap', name: configMap.name, items: configMap.items });
  if (secret !== undefined) all.push({ kind: 'Secret', name: secret.secretName, items: secret.items });
  for (const source of projected?.sources ?? []) {
    const { configMap: map, secret: hidden } = source;
    if (map !== undefined) all.push({ kind: 'ConfigMap', name: map.name, items: map.items });
    if (hidden !== undefined) all.push({ kind: 'Secret', name: hidden.name, items: hidden.items });
  }
  return all;
}
