// Validation of what a canary's traffic is routed by, and of the steps that make routes (argo-rollouts 1.10, pkg/apis/rollouts/validation).
import type { Errors } from './errors.ts';

interface StringMatch {
  readonly exact?: string;
  readonly prefix?: string;
  readonly regex?: string;
}

export interface TrafficRouting {
  readonly maxTrafficWeight?: number;
  readonly managedRoutes?: readonly { readonly name?: string }[];
  readonly alb?: { readonly rootService?: string };
  readonly istio?: {
    readonly virtualService?: { readonly tlsRoutes?: unknown; readonly tcpRoutes?: unknown };
    readonly virtualServices?: readonly { readonly tlsRoutes?: unknown; readonly tcpRoutes?: unknown }[];
    readonly destinationRule?: object;
  };
  readonly nginx?: { readonly stableIngress?: string; readonly stableIngresses?: readonly string[] };
  readonly plugins?: Readonly<Record<string, unknown>>;
}

export interface RouteSteps {
  readonly setHeaderRoute?: {
    readonly name?: string;
    readonly match?: readonly { readonly headerName?: string; readonly headerValue?: StringMatch }[];
  };
  readonly setMirrorRoute?: {
    readonly name?: string;
    readonly percentage?: number;
    readonly match?: readonly {
      readonly method?: StringMatch;
      readonly path?: StringMatch;
      readonly headers?: Readonly<Record<string, StringMatch>>;
    }[];
  };
}

const GATEWAY_PLUGIN = 'argoproj-labs/gatewayAPI';
const ONE_VALUE = 'StringMatch must have one of the following set: exact, regex or prefix';

export function validateRouting(
  { maxTrafficWeight, istio, nginx, plugins }: TrafficRouting,
  at: string,
  errors: Errors,
): void {
  if (nginx !== undefined) {
    const { stableIngress = '', stableIngresses = [] } = nginx;
    const both = stableIngress !== '' && stableIngresses.length > 0;
    if (both || (stableIngress === '' && stableIngresses.length === 0)) {
      errors.invalid(`${at}.nginx`, stableIngress, 'either stableIngress or stableIngresses must be given');
    }
  }
  if (istio !== undefined) {
    const { virtualService, virtualServices = [] } = istio;
    if ((virtualService === undefined) === (virtualServices.length === 0)) {
      errors.invalid(`${at}.istio`, '', 'either virtualService or virtualServices must be given');
    }
    for (const one of [virtualService, ...virtualServices]) {
      if ((one?.tlsRoutes ?? one?.tcpRoutes) === undefined) continue;
      errors.forbidden(`${at}.istio`, 'routes of TLS and TCP are not simulated: name routes of HTTP');
    }
  }
  for (const name of Object.keys(plugins ?? {})) {
    if (name === GATEWAY_PLUGIN) continue;
    errors.forbidden(`${at}.plugins`, `the plugin ${name} is not simulated: use ${GATEWAY_PLUGIN}, or another router`);
  }
  if (maxTrafficWeight !== undefined && nginx === undefined && plugins === undefined) {
    const message = 'Canary maxTrafficWeight in traffic routing only supported in Nginx and Plugins';
    errors.invalid(`${at}.maxTrafficWeight`, maxTrafficWeight, message);
  }
}

/** The steps `setHeaderRoute` and `setMirrorRoute`. */
export function validateRouteSteps(
  { setHeaderRoute, setMirrorRoute }: RouteSteps,
  routing: TrafficRouting | undefined,
  at: string,
  errors: Errors,
): void {
  if (setHeaderRoute !== undefined) {
    const path = `${at}.setHeaderRoute`;
    if (routing?.istio === undefined && routing?.plugins === undefined) {
      errors.invalid(path, setHeaderRoute.name, 'SetHeaderRoute requires TrafficRouting, by Istio or a plugin');
    }
    for (const [i, { headerName = '', headerValue = {} }] of (setHeaderRoute.match ?? []).entries()) {
      if (headerName === '') errors.required(`${path}.match[${i}].headerName`);
      validateMatch(headerValue, `${path}.match[${i}].headerValue`, errors);
    }
    validateManaged(setHeaderRoute.name, routing, path, errors);
  }
  if (setMirrorRoute === undefined) return;
  const path = `${at}.setMirrorRoute`;
  const { name, percentage, match = [] } = setMirrorRoute;
  if (routing?.istio === undefined) {
    errors.invalid(path, name, 'SetMirrorRoute requires TrafficRouting, supports Istio only');
  }
  if (percentage !== undefined && (percentage < 0 || percentage > 100)) {
    errors.invalid(`${path}.percentage`, percentage, 'must be between 0 and 100');
  }
  for (const [i, { method, path: asked, headers = {} }] of match.entries()) {
    const where = `${path}.match[${i}]`;
    if (method !== undefined) validateMatch(method, `${where}.method`, errors);
    if (asked !== undefined) validateMatch(asked, `${where}.path`, errors);
    for (const [header, value] of Object.entries(headers)) validateMatch(value, `${where}.headers[${header}]`, errors);
  }
  validateManaged(name, routing, path, errors);
}

function validateMatch({ exact, prefix, regex }: StringMatch, at: string, errors: Errors): void {
  const given = [exact, prefix, regex].filter((one) => (one ?? '') !== '');
  if (given.length !== 1) errors.invalid(at, given.join(), ONE_VALUE);
}

/** A route that a step makes must be one that the Rollout may take away again. */
function validateManaged(
  name: string | undefined,
  routing: TrafficRouting | undefined,
  at: string,
  errors: Errors,
): void {
  const { managedRoutes } = routing ?? {};
  if (managedRoutes === undefined) {
    errors.required('spec.strategy.canary.trafficRouting.managedRoutes', 'the routes of steps must be among them');
  } else if (!managedRoutes.some((one) => one.name === name)) {
    errors.invalid(
      at,
      name,
      'Steps define a route that does not exist in spec.strategy.canary.trafficRouting.managedRoutes',
    );
  }
}
