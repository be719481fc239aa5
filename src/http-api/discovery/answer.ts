// Requests for documents about the server itself: discovery, version, health. They ask nobody else and take no time.
import { methodNotAllowed, notFoundPath } from '../refusals.ts';
import type { Exchange } from '../call.ts';
import { openApiDocument, openApiIndex } from '../openapi/documents.ts';
import { OPENAPI_V2, openApiV2Protobuf } from '../openapi/version-2.ts';
import { wanted, wantsAggregated } from '../media-types.ts';
import type { Server } from '../server.ts';
import { aggregated, apiVersions, group, groupList, resourceList } from './documents.ts';
import { health, paths, VERSION } from './health.ts';

const AGGREGATED = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

/** False for a path that is of no document. */
export function answerDocument(server: Server, exchange: Exchange, { address }: { readonly address: string }): boolean {
  const { path, method } = exchange.request;
  const parts = path.split('/').filter((part) => part !== '');
  const isDiscovery = (parts[0] === 'api' && parts.length <= 2) || (parts[0] === 'apis' && parts.length <= 3);
  const text = health(path, exchange.flag('verbose'));
  const isOpenApi = parts[0] === 'openapi';
  if (!isDiscovery && !isOpenApi && text === undefined && path !== '/' && path !== '/version') return false;
  if (method !== 'GET') throw methodNotAllowed();
  if (text !== undefined) exchange.text(200, text);
  else if (path === '/') exchange.json(200, paths(server.served.all));
  else if (path === '/version') exchange.json(200, VERSION);
  else if (isOpenApi) answerOpenApi(exchange, parts.slice(1));
  else discover(server, exchange, parts, address);
  return true;
}

function discover(server: Server, exchange: Exchange, parts: readonly string[], address: string): void {
  const { all } = server.served;
  const isCore = parts[0] === 'api';
  const accept = exchange.header('accept');
  if (parts.length === 1 && wantsAggregated(accept)) {
    const text = `${JSON.stringify(aggregated(all, isCore))}\n`;
    exchange.begin(200, AGGREGATED, { vary: 'Accept', 'cache-control': 'public' });
    exchange.responder.end(text);
    return;
  }
  const { yaml } = wanted(accept);
  const [, first = '', version] = parts;
  const document =
    parts.length === 1
      ? isCore
        ? apiVersions(address)
        : groupList(all)
      : isCore
        ? resourceList(all, first)
        : version === undefined
          ? group(all, first)
          : resourceList(all, `${first}/${version}`);
  if (document === undefined) notFoundPath(exchange);
  else exchange.json(200, document, yaml);
}

/** Also for clients that ask for the older name, with an @: Go cannot parse that one (kube-openapi, handler). */
const V2_PROTOBUF = 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf';

function answerOpenApi(exchange: Exchange, [version, ...rest]: readonly string[]): void {
  if (version === 'v2' && rest.length === 0) {
    if ((exchange.header('accept') ?? '').includes('protobuf')) {
      exchange.begin(200, V2_PROTOBUF);
      exchange.responder.end(openApiV2Protobuf());
    } else exchange.json(200, OPENAPI_V2);
    return;
  }
  if (version !== 'v3') {
    notFoundPath(exchange);
    return;
  }
  if (rest.length === 0) {
    const text = JSON.stringify(openApiIndex());
    exchange.text(200, text);
    return;
  }
  const document = openApiDocument(rest.join('/'));
  if (document === undefined) {
    notFoundPath(exchange);
    return;
  }
  // One that is asked for by its hash never changes.
  const kept = exchange.query('hash') === document.hash ? { 'cache-control': 'public, immutable' } : {};
  exchange.begin(200, 'application/json', { etag: `"${document.hash}"`, vary: 'Accept', ...kept });
  exchange.responder.end(document.text);
}
