// What a path of the API names: a resource, an object of it, a subresource (apiserver's RequestInfoFactory).

export interface ResourcePath {
  /** `v1`, `apps/v1`. */
  readonly apiVersion: string;
  readonly namespace: string | undefined;
  /** `pods`. */
  readonly plural: string;
  /** Empty for all of them. */
  readonly name: string;
  /** `status`, `log`; empty for the object itself. */
  readonly subresource: string;
  /** `/api/v1/watch/…`, from before watches were a query. */
  readonly watches: boolean;
}

/** Undefined for a path that names no resource. */
export function resourcePath(path: string): ResourcePath | undefined {
  const [root, ...rest] = path.split('/').filter((part) => part !== '');
  const isCore = root === 'api';
  if (!isCore && root !== 'apis') return undefined;
  const apiVersion = isCore ? rest.shift() : [rest.shift(), rest.shift()].join('/');
  if (apiVersion === undefined || rest.length === 0) return undefined;
  const watches = rest[0] === 'watch';
  if (watches) rest.shift();
  let namespace: string | undefined;
  // A namespace itself is an object too: /namespaces/NAME, and /namespaces/NAME/status.
  if (rest[0] === 'namespaces' && rest.length > 2 && !NAMESPACE_SUBRESOURCES.has(rest[2])) {
    namespace = rest[1];
    rest.splice(0, 2);
  }
  const [plural, name = '', subresource = '', ...more] = rest;
  if (plural === undefined) return undefined;
  return { apiVersion, namespace, plural, name, subresource: [subresource, ...more].join('/'), watches };
}

const NAMESPACE_SUBRESOURCES: ReadonlySet<string> = new Set(['status', 'finalize']);
