// Names of hosts in rules: exact ones, and wildcards, which are one label to an Ingress and one or more to a Gateway.

/** `*.foo.com` is for `bar.foo.com`; not for `baz.bar.foo.com`, which has two labels more, nor for `foo.com`. An Ingress without a host is for all. */
export function isIngressHost(rule: string, host: string): boolean {
  if (rule === '') return true;
  if (!rule.startsWith('*.')) return rule === host;
  const dot = host.indexOf('.');
  return dot > 0 && host.slice(dot) === rule.slice(1);
}

/** `*.foo.com` is for `bar.foo.com` and for `baz.bar.foo.com`, not for `foo.com`. */
export function isGatewayHost(rule: string, host: string): boolean {
  if (rule === '') return true;
  if (!rule.startsWith('*.')) return rule === host;
  return host.length > rule.length - 1 && host.endsWith(rule.slice(1));
}

/**
 * Hosts that both a listener and a route are for: the more specific of the two names; undefined where there are none. '' is any host.
 * Source: Gateway API, HTTPRouteSpec.hostnames.
 */
export function intersection(listener: string, route: string): string | undefined {
  if (listener === '' || listener === route) return route;
  if (route === '') return listener;
  if (isGatewayHost(listener, route.startsWith('*.') ? `x${route.slice(1)}` : route)) return route;
  if (isGatewayHost(route, listener.startsWith('*.') ? `x${listener.slice(1)}` : listener)) return listener;
  return undefined;
}

/** The more specific one first: one without a wildcard, then the longer one; any host last. Source: Gateway API, HTTPRouteSpec.hostnames. */
export function compareHosts(a: string, b: string): number {
  const isExact = (host: string): number => Number(host !== '' && !host.startsWith('*.'));
  return isExact(b) - isExact(a) || b.length - a.length;
}
