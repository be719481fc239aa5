// A Service as callers write it, or one pod behind it: `mysql-0.mysql` is the pod with that host name whose subdomain the Service is.

/** A Service's name has no dot; `pod` is '' where none is meant. */
export function splitPodName(name: string): { readonly service: string; readonly pod: string } {
  const dot = name.indexOf('.');
  return dot < 0 ? { service: name, pod: '' } : { service: name.slice(dot + 1), pod: name.slice(0, dot) };
}
