// Writes down what clients change, with its virtual time: what a person did becomes the timeline of a scenario.
import { ApiClient } from '../../api/client.ts';
import { builtInResources, type Resource, resourceOf } from '../../api/kinds.ts';
import { Resources } from '../../api/resources/resources.ts';
import type { ApiRequest, ApiResponder } from '../../http-api/exchange.ts';
import { type ResourcePath, resourcePath } from '../../http-api/request-path.ts';
import type { PlainObject } from '../../model/objects/decode.ts';
import type { World } from '../../world/build.ts';
import { type Entry, entriesOf } from './timeline-entries.ts';

/** An entry of a timeline, and when it was. */
export interface TimedEntry {
  readonly atUs: number;
  readonly entry: Entry;
}

/** Something that was done and that no timeline can say. */
export interface Untold {
  readonly atUs: number;
  readonly what: string;
}

const CHANGES: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);
/** What is asked by POST, and notes that change nothing. */
const QUESTIONS =
  /^(events|(self|local)?subjectaccessreviews|selfsubjectrulesreviews|selfsubjectreviews|tokenreviews)$/;

export class Recorder {
  readonly entries: TimedEntry[] = [];
  readonly untold: Untold[] = [];
  readonly #world: World;
  #resources: Resources | undefined;

  constructor(world: World) {
    this.#world = world;
  }

  /** Whether anything was changed by hand. */
  get any(): boolean {
    return this.entries.length > 0 || this.untold.length > 0;
  }

  /** Something done by other means than a request, such as a fault. */
  note(entry: Entry): void {
    this.entries.push({ atUs: this.#world.engine.now, entry });
  }

  /** Who is to take the answer, so that a change is written down once it has been made. */
  heard(request: ApiRequest, responder: ApiResponder): ApiResponder {
    const path = CHANGES.has(request.method) ? resourcePath(request.path) : undefined;
    if (path === undefined || isQuestion(request, path)) return responder;
    const resource = this.#resourceAt(path);
    if (resource === undefined) return responder;
    const atUs = this.#world.engine.now;
    const before = this.#before(request, path, resource);
    return new Listening(responder, (text) => {
      const answer = JSON.parse(text) as PlainObject;
      const told = entriesOf({ request, path, kind: resource.kind, before, answer });
      if (typeof told === 'string') this.untold.push({ atUs, what: told });
      else for (const entry of told) this.entries.push({ atUs, entry });
    });
  }

  #resourceAt({ apiVersion, plural }: ResourcePath): Resource | undefined {
    const builtIn = builtInResources().find((one) => one.apiVersion === apiVersion && one.plural === plural);
    if (builtIn !== undefined) return builtIn;
    const { objects } = this.#world.state;
    for (const row of objects.ofKind('CustomResourceDefinition')) {
      const names = (objects.get(row) as { readonly spec?: { readonly names?: Names } } | undefined)?.spec?.names;
      if (names?.plural !== plural || names.kind === undefined) continue;
      const resource = resourceOf(objects, apiVersion, names.kind);
      if (resource !== undefined) return resource;
    }
    return undefined;
  }

  /** The object that is about to be changed, or all that are about to be deleted. */
  #before({ method, query }: ApiRequest, { namespace, name }: ResourcePath, resource: Resource): PlainObject[] {
    if (method === 'POST') return [];
    const { apiVersion, kind } = resource;
    this.#resources ??= new Resources(new ApiClient(this.#world.api, 'recorder', { qps: Infinity, burst: 1 }));
    const within = namespace === undefined ? {} : { namespace };
    if (name !== '') {
      const answer = this.#resources.peek({ apiVersion, kind, metadata: { name, ...within } });
      return 'failure' in answer ? [] : [copied(answer.object)];
    }
    const labelSelector = query.get('labelSelector') ?? '';
    const fieldSelector = query.get('fieldSelector') ?? '';
    const selection = {
      ...within,
      ...(labelSelector === '' ? {} : { labelSelector }),
      ...(fieldSelector === '' ? {} : { fieldSelector }),
    };
    const answer = this.#resources.peekAll(apiVersion, kind, selection);
    return 'failure' in answer ? [] : answer.items.map(copied);
  }
}

interface Names {
  readonly kind?: string;
  readonly plural?: string;
}

function isQuestion({ query }: ApiRequest, { plural, subresource }: ResourcePath): boolean {
  return query.has('dryRun') || QUESTIONS.test(plural) || /^(proxy|exec|attach|portforward|token)\b/.test(subresource);
}

function copied(object: object): PlainObject {
  return structuredClone(object) as PlainObject;
}

/** Passes an answer on, and gives the whole of it to whoever listens if all went well. */
class Listening implements ApiResponder {
  readonly #to: ApiResponder;
  readonly #hear: (text: string) => void;
  readonly #chunks: Uint8Array[] = [];
  #status = 0;

  constructor(to: ApiResponder, hear: (text: string) => void) {
    this.#to = to;
    this.#hear = hear;
  }

  head(status: number, headers: Record<string, string>): void {
    this.#status = status;
    this.#to.head(status, headers);
  }

  write(chunk: string | Uint8Array): boolean {
    this.#chunks.push(Buffer.from(chunk));
    return this.#to.write(chunk);
  }

  end(chunk?: string | Uint8Array): void {
    if (chunk !== undefined) this.#chunks.push(Buffer.from(chunk));
    // Also when the client has gone meanwhile: the change has been made.
    if (this.#status >= 200 && this.#status < 300) this.#hear(Buffer.concat(this.#chunks).toString());
    this.#to.end(chunk);
  }

  get closed(): boolean {
    return this.#to.closed;
  }

  onClose(listener: () => void): void {
    this.#to.onClose(listener);
  }
}
