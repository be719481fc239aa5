// Objects of a dump as a scenario is to have them: without secrets, without what servers note for themselves, and with the ReplicaSets that were left out of it.
import { type InputDocument, valueAt } from '../document.ts';
import { isMapping } from '../fill.ts';

type Plain = Record<string, unknown>;

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';
const HASH = 'pod-template-hash';
const NOT_READ = ['managedFields', 'selfLink', 'resourceVersion'];

/** The object without what no run looks at. The values of a Secret are gone: only the names of its keys are left. */
export function tidied(value: unknown): Plain {
  const { metadata, ...others } = value as Plain & { readonly metadata: Plain };
  const meta = without(metadata, NOT_READ);
  const { kind } = others as { readonly kind?: unknown };
  const object: Plain = { ...others, metadata: meta };
  if (kind === 'Secret') return secretKeys(object);
  if (kind === 'Pod') object['status'] = podStatus(object['status']);
  if (kind === 'Node') object['status'] = nodeStatus(object['status']);
  return inOrder(object);
}

/** As kubectl prints objects. */
function inOrder(object: Plain): Plain {
  const { apiVersion, kind, metadata, spec, ...others } = object;
  const { status, ...rest } = others;
  return {
    apiVersion,
    kind,
    metadata,
    ...rest,
    ...(spec === undefined ? {} : { spec }),
    ...(status === undefined ? {} : { status }),
  };
}

function without(from: unknown, fields: readonly string[]): Plain {
  return Object.fromEntries(Object.entries(isMapping(from) ? from : {}).filter(([key]) => !fields.includes(key)));
}

function secretKeys(object: Plain): Plain {
  const meta = object['metadata'] as Plain;
  const annotations = without(meta['annotations'], [LAST_APPLIED]);
  const keys = [...Object.keys(mapping(object['data'])), ...Object.keys(mapping(object['stringData']))];
  const others = without(object, ['data', 'stringData']);
  return inOrder({
    ...others,
    metadata: { ...without(meta, ['annotations']), ...(Object.keys(annotations).length === 0 ? {} : { annotations }) },
    ...(keys.length === 0 ? {} : { data: Object.fromEntries(keys.map((key) => [key, ''])) }),
  });
}

function podStatus(status: unknown): Plain {
  const { phase, podIP, conditions, containerStatuses, initContainerStatuses, nominatedNodeName } = mapping(status);
  return defined({
    phase,
    podIP,
    nominatedNodeName,
    conditions: listOf(conditions, ({ type, status: is, reason, message }) =>
      defined({ type, status: is, reason, message }),
    ),
    initContainerStatuses: listOf(initContainerStatuses, containerStatus),
    containerStatuses: listOf(containerStatuses, containerStatus),
  });
}

function containerStatus({ name, image, imageID, ready, started, restartCount, state }: Plain): Plain {
  return defined({ name, image, imageID, ready, started, restartCount, state });
}

function nodeStatus(status: unknown): Plain {
  const { capacity, allocatable, conditions, images } = mapping(status);
  return defined({
    capacity,
    allocatable,
    conditions: listOf(conditions, ({ type, status: is, reason, message }) =>
      defined({ type, status: is, reason, message }),
    ),
    images: listOf(images, ({ names, sizeBytes }) => defined({ names, sizeBytes })),
  });
}

function listOf(list: unknown, make: (one: Plain) => Plain): Plain[] | undefined {
  return Array.isArray(list) ? list.filter(isMapping).map(make) : undefined;
}

function defined(fields: Plain): Plain {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function mapping(value: unknown): Plain {
  return isMapping(value) ? value : {};
}

/**
 * ReplicaSets that pods name as their owner and that the dump lacks, as `kubectl get deploy,pods` prints it: made of their Deployment as it is,
 * with the label that the pods have.
 */
export function missingReplicaSets(documents: readonly InputDocument[]): Plain[] {
  const uids = new Set(documents.map(({ value }) => valueAt(value, ['metadata', 'uid'])));
  const deployments = documents
    .filter(({ value }) => valueAt(value, ['kind']) === 'Deployment')
    .map(({ value }) => value as Plain);
  const made = new Map<unknown, { readonly set: Plain; pods: number }>();
  for (const { value } of documents) {
    if (valueAt(value, ['kind']) !== 'Pod') continue;
    const owner = controllerOf(value);
    const hash = valueAt(value, ['metadata', 'labels', HASH]);
    if (owner?.['kind'] !== 'ReplicaSet' || typeof hash !== 'string' || uids.has(owner['uid'])) continue;
    const known = made.get(owner['uid']);
    if (known !== undefined) {
      known.pods += 1;
      continue;
    }
    const namespace = valueAt(value, ['metadata', 'namespace']);
    const deployment = deployments.find(
      (one) =>
        valueAt(one, ['metadata', 'namespace']) === namespace &&
        owner['name'] === `${String(valueAt(one, ['metadata', 'name']))}-${hash}`,
    );
    if (deployment !== undefined) made.set(owner['uid'], { set: replicaSetOf(deployment, owner, hash), pods: 1 });
  }
  return [...made.values()].map(({ set, pods }) => ({
    ...set,
    spec: { ...(set['spec'] as Plain), replicas: pods },
    status: { replicas: pods, fullyLabeledReplicas: pods, observedGeneration: 1 },
  }));
}

function replicaSetOf(deployment: Plain, { name, uid }: Plain, hash: string): Plain {
  const { metadata, spec } = deployment as { readonly metadata: Plain; readonly spec: Plain };
  const { selector, template, minReadySeconds } = spec as {
    selector: Plain;
    template: Plain;
    minReadySeconds?: unknown;
  };
  const labels = { ...mapping(valueAt(template, ['metadata', 'labels'])), [HASH]: hash };
  const revision = valueAt(metadata, ['annotations', 'deployment.kubernetes.io/revision']);
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: defined({
      name,
      namespace: metadata['namespace'],
      uid,
      generation: 1,
      labels,
      annotations: revision === undefined ? undefined : { 'deployment.kubernetes.io/revision': revision },
      ownerReferences: [
        {
          apiVersion: 'apps/v1',
          kind: 'Deployment',
          name: metadata['name'],
          uid: metadata['uid'],
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
    }),
    spec: defined({
      minReadySeconds,
      selector: {
        matchLabels: { ...mapping(selector['matchLabels']), [HASH]: hash },
        ...without(selector, ['matchLabels']),
      },
      template: { ...template, metadata: { ...mapping(template['metadata']), labels } },
    }),
  };
}

export function controllerOf(value: unknown): Plain | undefined {
  const references = valueAt(value, ['metadata', 'ownerReferences']);
  return Array.isArray(references) ? references.filter(isMapping).find((one) => one['controller'] === true) : undefined;
}
