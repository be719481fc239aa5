// Lists that clients take page by page: what was there when the first page was asked for, until it is done or forgotten.
import { badRequest, Refusal } from '../../api/resources/status.ts';
import type { KubeObject } from '../../model/object-store.ts';
import { fromBase64, toBase64 } from '../../model/objects/base64.ts';

/** A list as it was at a resource version, sorted by namespace and name. */
export interface Snapshot {
  readonly version: number;
  readonly items: readonly KubeObject[];
}

/** One page of it. */
export interface Page {
  readonly version: number;
  readonly items: readonly KubeObject[];
  /** Empty for the last page. */
  readonly continue: string;
  readonly remaining: number;
}

/** So many are kept: of those that were begun last. etcd keeps its history for five minutes. */
const MOST_KEPT = 16;
const FORMAT = 'meta.k8s.io/v1';

interface Token {
  readonly v: string;
  readonly rv: number;
  /** The key after which the page begins, and a zero byte. */
  readonly start: string;
}

export class Snapshots {
  readonly #kept = new Map<string, Snapshot>();

  /** The first page of a new list. `what` names the list: its path and selectors. */
  first(what: string, snapshot: Snapshot, limit: number): Page {
    const page = pageOf(snapshot, 0, limit);
    if (page.continue !== '') this.#keep(`${what}\n${snapshot.version}`, snapshot);
    return page;
  }

  /** The page where the last one ended. Throws a Refusal for a token that cannot be read, or of a list that is forgotten. */
  next(what: string, token: string, limit: number): Page {
    const { rv, start } = readToken(token);
    const snapshot = this.#kept.get(`${what}\n${rv}`);
    if (snapshot === undefined) throw expired();
    const last = start.slice(0, -1);
    const from = snapshot.items.findIndex((item) => keyOf(item) > last);
    return pageOf(snapshot, from < 0 ? snapshot.items.length : from, limit);
  }

  #keep(id: string, snapshot: Snapshot): void {
    this.#kept.delete(id);
    this.#kept.set(id, snapshot);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > MOST_KEPT) this.#kept.delete(oldest);
  }
}

/** In the order of etcd: by namespace and name. */
export function sorted(items: readonly KubeObject[]): KubeObject[] {
  const keyed = items.map((item) => ({ item, key: keyOf(item) }));
  keyed.sort((a, b) => (a.key < b.key ? -1 : Number(a.key > b.key)));
  return keyed.map(({ item }) => item);
}

function keyOf({ metadata: { namespace, name } }: KubeObject): string {
  return namespace === undefined ? name : `${namespace}/${name}`;
}

function pageOf({ version, items }: Snapshot, from: number, limit: number): Page {
  const end = limit > 0 ? Math.min(items.length, from + limit) : items.length;
  const remaining = items.length - end;
  const token: Token = { v: FORMAT, rv: version, start: `${keyOf(items[end - 1] ?? EMPTY)}\u0000` };
  return {
    version,
    items: items.slice(from, end),
    continue: remaining === 0 ? '' : toBase64(JSON.stringify(token)).replace(/=+$/, ''),
    remaining,
  };
}

const EMPTY: KubeObject = { apiVersion: '', kind: '', metadata: { name: '' } };

function readToken(text: string): Token {
  let token: Partial<Token>;
  try {
    token = JSON.parse(fromBase64(text.padEnd(Math.ceil(text.length / 4) * 4, '='))) as Partial<Token>;
  } catch {
    throw unreadable();
  }
  const { v, rv, start } = token;
  if (v !== FORMAT || typeof rv !== 'number' || typeof start !== 'string' || start === '') throw unreadable();
  return { v, rv, start };
}

function unreadable(): Refusal {
  return badRequest('invalid continue token: continue key is not valid: encoding/json: invalid');
}

function expired(): Refusal {
  const message =
    'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter.';
  return new Refusal(410, 'Expired', message);
}
