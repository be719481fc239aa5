// ConfigMaps and Secrets that pods refer to: what of them a container's environment or a volume misses.
import type { Container, EnvVarSource, KeyToPath, Volume } from 'kubernetes-types/core/v1.js';
import type { ApiServer } from '../api/server.ts';
import type { KubeObject } from '../model/object-store.ts';
import type { PodRow } from '../model/rows.ts';
import type { ClusterState } from '../model/state.ts';
import type { KnownClasses } from './known-classes.ts';

type Kind = 'ConfigMap' | 'Secret';

interface Reference {
  readonly kind: Kind;
  readonly name: string;
  /** Undefined: the whole object. */
  readonly key: string | undefined;
  readonly optional: boolean;
  /** An item of a volume: what is said of a key that is missing. */
  readonly item: boolean;
}

type Holder = KubeObject & {
  readonly data?: Readonly<Record<string, string>>;
  readonly binaryData?: Readonly<Record<string, string>>;
  readonly stringData?: Readonly<Record<string, string>>;
};

export class ConfigReferences {
  readonly #state: ClusterState;
  readonly #classes: KnownClasses;
  readonly #runsAsRoot: (image: string) => boolean;
  /** By `kind namespace/name`. */
  readonly #heard = new Map<string, Holder>();
  readonly #byContainer = new WeakMap<Container, readonly Reference[]>();

  constructor(api: ApiServer, classes: KnownClasses, runsAsRoot: (image: string) => boolean) {
    this.#classes = classes;
    this.#runsAsRoot = runsAsRoot;
    this.#state = api.state;
    for (const kind of ['ConfigMap', 'Secret'] as const) {
      const view = api.watchObjects(kind);
      const keys: string[] = [];
      view.subscribe((row) => {
        const object = view.get(row);
        if (object === undefined) {
          this.#heard.delete(keys[row]);
          return;
        }
        keys[row] = `${kind} ${object.metadata.namespace ?? 'default'}/${object.metadata.name}`;
        this.#heard.set(keys[row], object);
      });
    }
  }

  /** Why a container cannot be configured; undefined when it can. */
  configError(pod: PodRow, container: Container): string | undefined {
    const { namespace, spec } = this.#classes.of(pod);
    for (const reference of this.#referencesOf(container)) {
      const missing = this.#missing(namespace, reference);
      if (missing !== undefined) return missing;
    }
    if ((container.securityContext?.runAsNonRoot ?? spec.securityContext?.runAsNonRoot) !== true) return undefined;
    const user = container.securityContext?.runAsUser ?? spec.securityContext?.runAsUser;
    const where = `(pod: "${this.#state.podName(pod)}_${namespace}(${this.#state.podUid(pod)})", container: ${container.name})`;
    if (user === 0) return `container's runAsUser breaks non-root policy ${where}`;
    const root = user === undefined && this.#runsAsRoot(container.image ?? '');
    return root ? `container has runAsNonRoot and image will run as root ${where}` : undefined;
  }

  hasSecret(namespace: string, name: string): boolean {
    return this.#heard.has(`Secret ${namespace}/${name}`);
  }

  /** What the volumes of the pod miss: the name of the first volume that cannot be set up, and why. */
  volumeError(pod: PodRow): string | undefined {
    const { namespace, spec } = this.#classes.of(pod);
    for (const volume of spec.volumes ?? []) {
      for (const reference of volumeReferences(volume)) {
        const missing = this.#missing(namespace, reference);
        if (missing !== undefined) return `MountVolume.SetUp failed for volume "${volume.name}" : ${missing}`;
      }
    }
    return undefined;
  }

  #missing(namespace: string, { kind, name, key, optional, item }: Reference): string | undefined {
    if (optional) return undefined;
    const object = this.#heard.get(`${kind} ${namespace}/${name}`);
    if (object === undefined) return `${kind.toLowerCase()} "${name}" not found`;
    if (
      key === undefined ||
      [object.data, object.binaryData, object.stringData].some((data) => data?.[key] !== undefined)
    ) {
      return undefined;
    }
    if (item) return `references non-existent ${kind === 'Secret' ? 'secret' : 'config'} key: ${key}`;
    return `couldn't find key ${key} in ${kind} ${namespace}/${name}`;
  }

  #referencesOf(container: Container): readonly Reference[] {
    const known = this.#byContainer.get(container);
    if (known !== undefined) return known;
    const whole = (kind: Kind, from: { name?: string; optional?: boolean } | undefined): Reference[] =>
      from?.name === undefined
        ? []
        : [{ kind, name: from.name, key: undefined, optional: from.optional === true, item: false }];
    const found = [
      ...(container.envFrom ?? []).flatMap(({ configMapRef, secretRef }) => [
        ...whole('ConfigMap', configMapRef),
        ...whole('Secret', secretRef),
      ]),
      ...(container.env ?? []).flatMap(({ valueFrom }) => keyReferences(valueFrom)),
    ];
    this.#byContainer.set(container, found);
    return found;
  }
}

function keyReferences(source: EnvVarSource | undefined): Reference[] {
  const one = (kind: Kind, from: { name?: string; key: string; optional?: boolean } | undefined): Reference[] =>
    from?.name === undefined
      ? []
      : [{ kind, name: from.name, key: from.key, optional: from.optional === true, item: false }];
  return [...one('ConfigMap', source?.configMapKeyRef), ...one('Secret', source?.secretKeyRef)];
}

function volumeReferences({ configMap, secret, projected }: Volume): Reference[] {
  return [
    ...inVolume('ConfigMap', configMap?.name, configMap),
    ...inVolume('Secret', secret?.secretName, secret),
    ...(projected?.sources ?? []).flatMap((source) => [
      ...inVolume('ConfigMap', source.configMap?.name, source.configMap),
      ...inVolume('Secret', source.secret?.name, source.secret),
    ]),
  ];
}

/** The whole object, and each key that the volume names. */
function inVolume(
  kind: Kind,
  name: string | undefined,
  source: { readonly optional?: boolean; readonly items?: readonly KeyToPath[] } | undefined,
): Reference[] {
  if (name === undefined) return [];
  const optional = source?.optional === true;
  const keys = [undefined, ...(source?.items ?? []).map(({ key }) => key)];
  return keys.map((key) => ({ kind, name, key, optional, item: key !== undefined }));
}
