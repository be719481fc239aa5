// How many objects there are of a resource and how large they are on average, as the API server learns it from etcd once a minute.
import { builtInKinds } from '../../model/objects/tables.ts';
import { pluralOf } from '../../model/objects/resource-names.ts';
import { resourceOf } from '../kinds.ts';
import { rowsOf } from '../resources/rows-of.ts';
import type { ApiServer } from '../server.ts';
import { groupOf, type RequestInfo } from './request-info.ts';
import type { ResourceSize } from './work-estimate.ts';

const LOOK_US = 60e6;
/** As stored: protobuf needs about half of what JSON does. */
const STORED = 0.5;
/** So many objects are looked at, evenly chosen. */
const SAMPLE = 500;

interface Look extends ResourceSize {
  readonly atUs: number;
  /** Share of the objects in each namespace. */
  readonly shares: ReadonlyMap<string, number>;
}

export class ResourceSizes {
  readonly #api: ApiServer;
  readonly #looks = new Map<string, Look | undefined>();

  constructor(api: ApiServer) {
    this.#api = api;
  }

  /** Undefined for a resource of which nothing is known. */
  of({ apiGroup, resource }: RequestInfo): ResourceSize | undefined {
    return this.#look(apiGroup, resource);
  }

  /** How many objects a list goes through: those of its namespace, or all. */
  listed({ apiGroup, resource, namespace, name }: RequestInfo): number {
    const look = this.#look(apiGroup, resource);
    if (look === undefined) return 0;
    if (name !== '') return 1;
    return namespace === '' ? look.objects : Math.round(look.objects * (look.shares.get(namespace) ?? 0));
  }

  #look(apiGroup: string, plural: string): Look | undefined {
    const id = `${plural}.${apiGroup}`;
    const known = this.#looks.get(id);
    if (known !== undefined && this.#api.engine.now - known.atUs < LOOK_US) return known;
    const look = lookAt(this.#api, apiGroup, plural);
    this.#looks.set(id, look);
    return look;
  }
}

function lookAt(api: ApiServer, apiGroup: string, plural: string): Look | undefined {
  const kind = builtInKinds().find((one) => groupOf(one.apiVersion) === apiGroup && pluralOf(one.kind) === plural);
  const resource = kind === undefined ? undefined : resourceOf(api.state.objects, kind.apiVersion, kind.kind);
  if (resource === undefined) return undefined;
  const source = rowsOf(api, resource);
  const rows = [...source.all()];
  const step = Math.max(1, Math.floor(rows.length / SAMPLE));
  const sample = rows.filter((_, index) => index % step === 0).flatMap((row) => source.get(row) ?? []);
  const shares = new Map<string, number>();
  let bytes = 0;
  for (const object of sample) {
    const { namespace = '' } = object.metadata;
    shares.set(namespace, (shares.get(namespace) ?? 0) + 1 / sample.length);
    bytes += JSON.stringify(object).length * STORED;
  }
  const averageBytes = sample.length === 0 ? 0 : Math.round(bytes / sample.length);
  return { atUs: api.engine.now, objects: rows.length, averageBytes, shares };
}
