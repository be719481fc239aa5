// The HTTP front of the simulated API server: requests as kubectl and client-go send them, answers as kube-apiserver gives them. It knows no socket and no wall clock.
import { Forbidden } from '../api/admission.ts';
import { Refusal, internalError } from '../api/resources/status.ts';
import type { Script } from '../engine/script.ts';
import type { World } from '../world/build.ts';
import { aboutOf, type Call, Exchange } from './call.ts';
import { answerDocument } from './discovery/answer.ts';
import type { ApiRequest, ApiResponder } from './exchange.ts';
import { wanted } from './media-types.ts';
import { readList, readObject } from './reading/read.ts';
import { answerMetrics } from './metrics.ts';
import { methodNotAllowed, notFoundPath } from './refusals.ts';
import { resourcePath } from './request-path.ts';
import { Server } from './server.ts';
import { answerReview } from './reviews.ts';
import { answerSubresource } from './subresources/answer.ts';
import { prepareCluster } from './system-objects.ts';
import { watchList } from './watching/watch.ts';
import { createObject, deleteObject, patchObject, updateObject } from './writing/write.ts';

const ENDPOINTS_DEPRECATED = 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice';

export interface HttpApiOptions {
  /** host:port as clients reach it, for discovery. */
  readonly address: string;
  /** Told of errors of the front itself, which its client sees as 500. */
  readonly onError?: (error: unknown) => void;
}

export class HttpApi {
  readonly #server: Server;
  readonly #options: HttpApiOptions;
  #requests = 0;
  #pending = 0;

  constructor(world: World, options: HttpApiOptions) {
    this.#server = new Server(world);
    this.#options = options;
    prepareCluster(world.api);
  }

  /** Requests (watches are none) that nobody has answered yet: the run must go on until it is 0, even when paused. */
  get pending(): number {
    return this.#pending;
  }

  /** Takes up a request between two events of the engine. Answers when the simulated API server does. */
  handle(request: ApiRequest, responder: ApiResponder): void {
    this.#requests += 1;
    this.#pending += 1;
    const exchange = new Exchange(request, responder, this.#requests);
    this.#server.api.engine.spawn(`${request.method} ${request.path}`, this.#serve(exchange));
  }

  *#serve(exchange: Exchange): Script {
    let call: Call | undefined;
    try {
      if (answerDocument(this.#server, exchange, this.#options)) return;
      call = this.#callOf(exchange);
      if (call === undefined) notFoundPath(exchange);
      else yield* this.#answer(call);
    } catch (error) {
      this.#refuse(exchange, call, error);
    } finally {
      this.#pending -= 1;
    }
  }

  #callOf(exchange: Exchange): Call | undefined {
    const path = resourcePath(exchange.request.path);
    if (path === undefined) return undefined;
    const resource = this.#server.served.find(path.apiVersion, path.plural);
    if (resource === undefined) return undefined;
    return { exchange, path, resource, wanted: wanted(exchange.header('accept')) };
  }

  *#answer(call: Call): Script {
    const { exchange, path, resource } = call;
    if (resource.group === 'metrics.k8s.io') {
      yield* answerMetrics(this.#server, call);
      return;
    }
    if (path.subresource !== '') {
      yield* answerSubresource(this.#server, call);
      return;
    }
    if (resource.kind === 'Endpoints') exchange.warn(ENDPOINTS_DEPRECATED);
    switch (exchange.request.method) {
      case 'GET':
        requireVerb(call, path.name === '' ? 'list' : 'get');
        if (path.watches || exchange.flag('watch')) yield* watchList(this.#server, call);
        else yield* path.name === '' ? readList(this.#server, call) : readObject(this.#server, call);
        return;
      case 'POST':
        if (!answerReview(call)) yield* createObject(this.#server, call);
        return;
      case 'PUT':
        requireVerb(call, 'update');
        yield* updateObject(this.#server, call);
        return;
      case 'PATCH':
        requireVerb(call, 'patch');
        yield* patchObject(this.#server, call);
        return;
      case 'DELETE':
        requireVerb(call, 'delete');
        yield* deleteObject(this.#server, call);
        return;
      default:
        throw methodNotAllowed();
    }
  }

  #refuse(exchange: Exchange, call: Call | undefined, error: unknown): void {
    if (exchange.answered) {
      if (this.#options.onError === undefined) throw error;
      this.#options.onError(error);
      exchange.responder.end();
      return;
    }
    const about = call === undefined ? undefined : aboutOf(call);
    if (error instanceof Refusal) exchange.failure(error.failure, about);
    else if (error instanceof Forbidden) exchange.failure(new Refusal(403, 'Forbidden', error.message).failure, about);
    else {
      this.#options.onError?.(error);
      const message = error instanceof Error ? error.message : String(error);
      exchange.failure(internalError(`Internal error occurred: ${message}`).failure);
    }
  }
}

function requireVerb({ resource }: Call, verb: string): void {
  if (!resource.verbs.includes(verb)) throw methodNotAllowed();
}
