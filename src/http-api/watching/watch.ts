// GET with watch=true: what there is where that is asked for, then each change for as long as the client takes it.
import type { Script } from '../../engine/script.ts';
import { selectorOf } from '../../api/resources/select.ts';
import { Refusal } from '../../api/resources/status.ts';
import type { KubeObject } from '../../model/object-store.ts';
import { aboutOf, type Call, typed } from '../call.ts';
import { includeObject, selectionOf, storedAs } from '../reading/read.ts';
import { invalidMatch, versionOf } from '../reading/versions.ts';
import type { Server } from '../server.ts';
import { failureStatus } from '../status-object.ts';
import { metadataOf, table } from '../tables/table.ts';
import type { CachedEvent, WatchCache } from './watch-caches.ts';

type EventType = 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK';

/** How often a watcher that has nothing to hear is told how far it has come, µs. */
const BOOKMARK_US = 60e6;

/** Where it begins. */
interface Start {
  /** What there is now comes first. */
  readonly initial: boolean;
  /** The resource version after which changes are sent; undefined for now. */
  readonly after: number | undefined;
}

export function* watchList(server: Server, call: Call): Script {
  const { exchange, resource } = call;
  const selection = selectionOf(call);
  const { apiVersion, kind } = storedAs(resource);
  const selects = selectorOf(kind, selection);
  const start = startOf(call);
  includeObject(call);
  // As a list without looking: flow control and what may be read are asked.
  const answer = yield* server.resourcesOf(exchange.request.user).listUnread(apiVersion, kind, selection).wait();
  if ('failure' in answer) {
    exchange.failure(answer.failure, aboutOf(call));
    return;
  }
  const cache = server.caches.of({ ...resource, apiVersion, kind });
  new WatchStream(server, call, cache, selects).begin(start);
}

class WatchStream {
  readonly #server: Server;
  readonly #call: Call;
  readonly #cache: WatchCache;
  readonly #selects: (object: KubeObject) => boolean;
  /** Rows that the client has been sent. */
  readonly #sent = new Set<number>();
  #end: () => void = () => undefined;
  #columnsSent = false;
  /** The resource version up to which the client knows everything. */
  #version = 0;
  #ended = false;

  constructor(server: Server, call: Call, cache: WatchCache, selects: (object: KubeObject) => boolean) {
    this.#server = server;
    this.#call = call;
    this.#cache = cache;
    this.#selects = selects;
  }

  begin({ initial, after }: Start): void {
    const { exchange } = this.#call;
    const { responder } = exchange;
    responder.onClose(() => this.#stop());
    exchange.begin(200, 'application/json');
    this.#version = this.#server.state.resourceVersion;
    const listener = (event: CachedEvent): void => this.#changed(event);
    if (initial) {
      for (const { row, object } of this.#cache.current()) {
        if (this.#ended || !this.#selects(object)) continue;
        this.#sent.add(row);
        this.#send('ADDED', object);
      }
      if (exchange.flag('sendInitialEvents') || exchange.flag('allowWatchBookmarks'))
        this.#bookmark({ 'k8s.io/initial-events-end': 'true' });
      this.#end = this.#cache.followNow(listener);
    } else {
      // What the client knows of is what was there then: all that is there now, and has not come since.
      for (const { row, object } of this.#cache.current()) if (this.#selects(object)) this.#sent.add(row);
      try {
        this.#end = after === undefined ? this.#cache.followNow(listener) : this.#follow(after, listener);
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        this.#write('ERROR', failureStatus(error.failure, aboutOf(this.#call)));
        responder.end();
        return;
      }
    }
    if (this.#ended) this.#end();
    else if (exchange.flag('allowWatchBookmarks')) this.#server.api.engine.spawn('bookmarks', this.#bookmarks());
  }

  /** Those that were created after the version are not known to the client yet. */
  #follow(after: number, listener: (event: CachedEvent) => void): () => void {
    const missed: CachedEvent[] = [];
    const collect = this.#cache.follow(after, (event) => missed.push(event));
    collect();
    for (const { row, created } of missed) if (created) this.#sent.delete(row);
    for (const { row, created, removed } of missed) if (removed && !created) this.#sent.add(row);
    return this.#cache.follow(after, listener);
  }

  #changed({ row, created, removed, object, version }: CachedEvent): void {
    this.#version = Math.max(this.#version, version);
    if (created) this.#sent.delete(row);
    const known = this.#sent.has(row);
    if (removed || !this.#selects(object)) {
      this.#sent.delete(row);
      if (known) this.#send('DELETED', object);
      return;
    }
    this.#sent.add(row);
    this.#send(known ? 'MODIFIED' : 'ADDED', object);
  }

  #send(type: EventType, object: KubeObject): void {
    const { resource, wanted } = this.#call;
    const shown = typed(resource, this.#server.shown(resource, object));
    if (wanted.form === 'object') this.#write(type, shown);
    else if (wanted.form === 'metadata') this.#write(type, metadataOf(shown));
    else {
      const { resourceVersion = '' } = shown.metadata;
      const options = {
        include: includeObject(this.#call),
        nowUs: this.#server.nowUs,
        metadata: { resourceVersion },
        withColumns: !this.#columnsSent,
      };
      this.#columnsSent = true;
      this.#write(type, table(this.#server.printerOf(resource), [shown], options));
    }
  }

  #write(type: EventType | 'ERROR', object: object): void {
    if (this.#ended) return;
    const { responder } = this.#call.exchange;
    if (responder.closed) this.#stop();
    else if (!responder.write(`${JSON.stringify({ type, object })}\n`)) {
      this.#stop();
      responder.end();
    }
  }

  #bookmark(annotations?: Readonly<Record<string, string>>): void {
    const { resource, wanted } = this.#call;
    const metadata = { resourceVersion: String(this.#version), ...(annotations === undefined ? {} : { annotations }) };
    if (wanted.form === 'table') {
      const options = {
        include: 'Metadata' as const,
        nowUs: this.#server.nowUs,
        metadata: { resourceVersion: String(this.#version) },
        withColumns: !this.#columnsSent,
      };
      const { columns } = this.#server.printerOf(resource);
      const row = {
        cells: columns.map(() => ''),
        object: { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata },
      };
      this.#columnsSent = true;
      this.#write('BOOKMARK', { ...table(this.#server.printerOf(resource), [], options), rows: [row] });
      return;
    }
    const id =
      wanted.form === 'metadata' ? { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1' } : typeMeta(resource);
    this.#write('BOOKMARK', { ...id, metadata });
  }

  *#bookmarks(): Script {
    const { engine } = this.#server.api;
    while (!this.#ended) {
      const dueUs = engine.now + BOOKMARK_US;
      yield (resume) => resume(dueUs - engine.now);
      if (!this.#ended) this.#bookmark();
    }
  }

  #stop(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#end();
  }
}

function typeMeta({ apiVersion, kind }: { readonly apiVersion: string; readonly kind: string }): object {
  return { kind, apiVersion };
}

function startOf({ exchange }: Call): Start {
  const version = versionOf(exchange);
  const asksInitial = exchange.request.query.get('sendInitialEvents');
  if (asksInitial !== null && exchange.query('resourceVersionMatch') !== 'NotOlderThan') {
    throw invalidMatch(
      'Forbidden: sendInitialEvents is forbidden for watch unless resourceVersionMatch is set to NotOlderThan',
    );
  }
  const after = version === 0 ? undefined : version;
  const initial = asksInitial === null ? after === undefined : exchange.flag('sendInitialEvents');
  return { initial, after };
}
