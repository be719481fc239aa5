// What necessarily differs between a recorded answer and that of a simulated cluster is evened out: identities, versions, times, and objects that only one of them has.
import { isPlainObject, type PlainObject } from '../../src/model/objects/decode.ts';

/** Records that no simulated server can answer alike, and why. */
export const CANNOT_AGREE: Readonly<Record<string, string>> = {
  'error-406': 'answers are given in JSON and YAML, not in protobuf',
  'watch-old-rv': 'changes of a kind are kept from its first list or watch on: before that a version is too old (410)',
};

/** Groups of custom kinds that the simulation knows without their definitions. */
const OWN_GROUPS =
  /argoproj\.io|gateway\.networking|networking\.istio|scheduling\.x-k8s|autoscaling\.k8s\.io|metrics\.k8s\.io/;
/** Resources that are not served: tokens and health of components are not simulated, autoscaling/v1 is an older form of v2. */
const NOT_SERVED =
  /^(componentstatuses|tokenreviews|serviceaccounts\/token|(?:pods|nodes|services)\/proxy|volumeattachments\/status)$/;

/** Tables of which the recorded cluster had no rows at that moment. */
const EMPTY_THERE: ReadonlySet<string> = new Set(['table-daemonsets', 'table-jobs', 'table-statefulsets']);
/** Paths and documents of what is not simulated: tokens, logs and metrics of the server itself, the older form of autoscalers. */
const NO_PATH =
  /well-known|openid|^\/?logs|flagz|statusz|metrics|configz|debug|version\/|autoscaling\/v1|^\/apis\/$|storage-readiness|livez|readyz|healthz|^apis\/storagemigration|internal/;

/** The answer as a value, in a form in which both must be equal. */
export function evened(name: string, text: string): unknown {
  if (name.startsWith('watch')) return watched(text);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return text;
  }
  if (!isPlainObject(value)) return value;
  if (name === 'get-root') return (value.paths as string[]).filter(isServedPath);
  if (name === 'get-openapi-v3')
    return Object.keys(value.paths as object)
      .filter(isServedPath)
      .sort();
  switch (value.kind) {
    case 'APIVersions':
      return { ...value, serverAddressByClientCIDRs: [] };
    case 'APIGroupList':
      return {
        ...value,
        groups: (value.groups as PlainObject[]).filter((one) => !OWN_GROUPS.test(String(one.name))).map(group),
      };
    case 'APIResourceList':
      return {
        ...value,
        resources: (value.resources as PlainObject[]).filter((one) => !NOT_SERVED.test(String(one.name))),
      };
    case 'APIGroupDiscoveryList':
      return {
        ...value,
        items: (value.items as PlainObject[])
          .filter((one) => !OWN_GROUPS.test(JSON.stringify(one.metadata)))
          .map(discovered),
      };
    case 'Table':
      return tabled(value, EMPTY_THERE.has(name));
    case 'PodList':
    case 'PartialObjectMetadataList':
      return listed(value);
    default:
      return plain(value);
  }
}

function isServedPath(path: string): boolean {
  return !NO_PATH.test(path) && !OWN_GROUPS.test(path);
}

function group(value: PlainObject): PlainObject {
  const versions = (value.versions as PlainObject[]).filter((one) => one.groupVersion !== 'autoscaling/v1');
  return { ...value, versions };
}

function discovered(item: PlainObject): PlainObject {
  const versions = (item.versions as PlainObject[])
    .filter((one) => !(one.version === 'v1' && JSON.stringify(item.metadata).includes('"autoscaling"')))
    .map((version) => ({
      ...version,
      resources: (version.resources as PlainObject[])
        .filter((one) => !NOT_SERVED.test(String(one.resource)))
        .map((one) => {
          const { subresources, ...rest } = one;
          const kept = ((subresources as PlainObject[] | undefined) ?? []).filter(
            (sub) => !NOT_SERVED.test(`${String(one.resource)}/${String(sub.subresource)}`),
          );
          return kept.length === 0 ? rest : { ...rest, subresources: kept };
        }),
    }));
  return { ...item, versions };
}

/** The columns to the letter, and what a row has; which rows there are is the cluster's affair. */
function tabled(value: PlainObject, withoutRows: boolean): PlainObject {
  const rows = value.rows as PlainObject[];
  const [row] = withoutRows ? [] : rows;
  const shapes =
    row === undefined
      ? []
      : [{ cells: (row.cells as unknown[]).map((cell) => typeof cell), object: shapeOf(row.object) }];
  return { ...value, metadata: Object.keys(value.metadata ?? {}).sort(), rows: shapes };
}

function shapeOf(object: unknown): unknown {
  return isPlainObject(object)
    ? { keys: Object.keys(object).sort(), kind: object.kind, apiVersion: object.apiVersion }
    : object;
}

function listed(value: PlainObject): PlainObject {
  const items = value.items as PlainObject[];
  return {
    ...value,
    metadata: Object.keys(value.metadata as object).sort(),
    items: items.map((item) => Object.keys(item).sort()),
  };
}

function watched(text: string): unknown {
  const lines = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as PlainObject);
  const [first] = lines;
  const object = first?.object as PlainObject;
  const bookmark = lines.find(({ type }) => type === 'BOOKMARK');
  const metadata = (bookmark?.object as PlainObject | undefined)?.metadata as PlainObject | undefined;
  return {
    first: first?.type,
    is: [object?.kind, object?.apiVersion],
    keys: Object.keys(object ?? {}).sort(),
    columns: object?.columnDefinitions,
    bookmark: metadata?.annotations,
    later: lines.slice(1, 3).map((line) => (line.object as PlainObject).columnDefinitions ?? null),
  };
}

/** Of an object or a Status. Of a pod, without what admission of ServiceAccounts and priorities adds, what a fake kubelet said, and a generation, which no pod has here. */
function plain(value: PlainObject): PlainObject {
  const { status: _, ...rest } = value;
  const isPod = value.kind === 'Pod';
  return JSON.parse(
    JSON.stringify(isPod ? rest : value, (key, inner: unknown) => {
      if (key === 'managedFields' || (isPod && LEFT_OUT.has(key))) return undefined;
      if (key === 'uid' || key === 'resourceVersion' || key.endsWith('Timestamp')) return `(${key})`;
      return typeof inner === 'string'
        ? key === 'pod-template-hash'
          ? '(hash)'
          : inner.replaceAll(GENERATED, '$1')
        : inner;
    }),
  ) as PlainObject;
}

const LEFT_OUT: ReadonlySet<string> = new Set([
  'generation',
  'preemptionPolicy',
  'priority',
  'volumes',
  'volumeMounts',
  'serviceAccount',
  'serviceAccountName',
  'nodeName',
  'topology.kubernetes.io/region',
  'topology.kubernetes.io/zone',
]);
/** Names and hashes that are generated. */
const GENERATED = /\b(web-|p-)(?:[a-z0-9]{8,10}-?)?(?:[a-z0-9]{5})?(?=$|")/g;
