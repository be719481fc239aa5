// Discovery: which groups, versions and resources there are, in the older lists and aggregated (apidiscovery.k8s.io/v2).
import { sha256 } from '../../lib/sha256.ts';
import { bytesToBase64 } from '../../model/objects/base64.ts';
import type { ServedResource } from './served-resources.ts';

/** GET /api */
export function apiVersions(address: string): object {
  return {
    kind: 'APIVersions',
    versions: ['v1'],
    serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: address }],
  };
}

/** GET /apis */
export function groupList(resources: readonly ServedResource[]): object {
  return {
    kind: 'APIGroupList',
    apiVersion: 'v1',
    groups: groupNames(resources).map((name) => groupOf(resources, name)),
  };
}

/** GET /apis/GROUP; undefined for a group that is not served. */
export function group(resources: readonly ServedResource[], name: string): object | undefined {
  if (!groupNames(resources).includes(name)) return undefined;
  return { kind: 'APIGroup', apiVersion: 'v1', ...groupOf(resources, name) };
}

/** GET /api/v1, /apis/GROUP/VERSION; undefined for one that is not served. */
export function resourceList(resources: readonly ServedResource[], groupVersion: string): object | undefined {
  const own = resources.filter(({ apiVersion }) => apiVersion === groupVersion);
  if (own.length === 0) return undefined;
  return {
    kind: 'APIResourceList',
    ...(groupVersion === 'v1' ? {} : { apiVersion: 'v1' }),
    groupVersion,
    resources: own.flatMap((one) => [mainEntry(one), ...one.served.map((sub) => subEntry(one, sub))]),
  };
}

/** GET /api and /apis, for who asks for all at once. `core`: of the group without a name, else of all others. */
export function aggregated(resources: readonly ServedResource[], core: boolean): object {
  const names = core ? [''] : groupNames(resources);
  return {
    kind: 'APIGroupDiscoveryList',
    apiVersion: 'apidiscovery.k8s.io/v2',
    metadata: {},
    items: names.map((name) => ({
      metadata: name === '' ? {} : { name },
      versions: versionsOf(resources, name).map((version) => ({
        version,
        resources: resources.filter((one) => one.group === name && one.version === version).map(discovered),
        freshness: 'Current',
      })),
    })),
  };
}

function discovered(resource: ServedResource): object {
  const { plural, kind, namespaced, singular, shortNames, categories, verbs, served } = resource;
  return {
    resource: plural,
    responseKind: { group: '', version: '', kind },
    scope: namespaced ? 'Namespaced' : 'Cluster',
    singularResource: singular,
    verbs,
    ...(shortNames.length === 0 ? {} : { shortNames }),
    ...(categories.length === 0 ? {} : { categories }),
    ...(served.length === 0
      ? {}
      : {
          subresources: served.map(({ name, group: own = '', version = '', kind: subKind, verbs: allowed }) => ({
            subresource: name,
            responseKind: { group: own, version, kind: subKind },
            verbs: allowed,
          })),
        }),
  };
}

function mainEntry(resource: ServedResource): object {
  const { plural, singular, namespaced, kind, verbs, shortNames, categories } = resource;
  return {
    name: plural,
    singularName: singular,
    namespaced,
    kind,
    verbs,
    ...(shortNames.length === 0 ? {} : { shortNames }),
    ...(categories.length === 0 ? {} : { categories }),
    ...(verbs.includes('list') ? { storageVersionHash: storageVersionHash(resource) } : {}),
  };
}

function subEntry({ plural, namespaced }: ServedResource, sub: ServedResource['served'][number]): object {
  const { name, group: own, version, kind, verbs } = sub;
  return {
    name: `${plural}/${name}`,
    singularName: '',
    namespaced,
    ...(own === undefined ? {} : { group: own, version }),
    kind,
    verbs,
  };
}

/** Which version is stored, without saying which (apiserver's StorageVersionHash). */
function storageVersionHash({ group: own, version, kind }: ServedResource): string {
  const stored = STORED_AS[`${own}/${version}/${kind}`] ?? `${own}/${version}/${kind}`;
  return bytesToBase64(Array.from(sha256(stored).slice(0, 8)));
}

/** Kinds that are stored in another group. */
const STORED_AS: Readonly<Record<string, string>> = { 'events.k8s.io/v1/Event': '/v1/Event' };

function groupNames(resources: readonly ServedResource[]): string[] {
  return [...new Set(resources.map(({ group: name }) => name))].filter((name) => name !== '');
}

/** The preferred one first. */
function versionsOf(resources: readonly ServedResource[], name: string): string[] {
  return [...new Set(resources.filter((one) => one.group === name).map(({ version }) => version))];
}

function groupOf(resources: readonly ServedResource[], name: string): object {
  const versions = versionsOf(resources, name).map((version) => ({ groupVersion: `${name}/${version}`, version }));
  return { name, versions, preferredVersion: versions[0] };
}
