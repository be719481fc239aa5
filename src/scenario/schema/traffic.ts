// `spec.traffic`: who sends requests.
import { z } from 'zod';
import type { FamilySchema } from '../../lib/family.ts';
import { byteRate } from '../../lib/bytes.ts';
import { duration } from '../../lib/units.ts';
import type { RequestClass } from '../../model/settings/request-classes.ts';
import { callerConnections } from './connections.ts';
import { WRITE } from './database.ts';
import { familyUse } from './family-use.ts';
import { keys, type ParsedClass, requestClass } from './request-classes.ts';
import { checkUsers, mostUsers, users, usersOf } from './users.ts';
import { field, flag, priority, retries, serviceRef, someCount, text } from './field.ts';
import { callerPolicies, KEPT } from './callers.ts';

function inSmallLetters(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function classOf(
  { to, path, headers, cookies, priority: own, write, ...rest }: ParsedClass,
  source: Pick<ParsedClass, 'headers' | 'cookies'> & {
    to: z.output<typeof serviceRef>;
    host: string;
    method: string;
    path: string;
    priority: number;
    write: boolean;
  },
): RequestClass {
  const { namespace = 'default', ...target } = to ?? source.to;
  return {
    ...rest,
    to: { ...target, namespace },
    priority: own ?? source.priority,
    write: write ?? source.write,
    request: {
      outside: true,
      host: source.host,
      method: source.method,
      path: path ?? source.path,
      headers: inSmallLetters({ ...source.headers, ...headers }),
      cookies: { ...source.cookies, ...cookies },
    },
  };
}

export function traffic(arrivals: FamilySchema, policies: FamilySchema) {
  return z
    .strictObject({
      name: field(text, 'Name of the source, unique.'),
      to: field(
        serviceRef,
        'The Service that the requests go to; in namespace `default` if none is written, to its first port if none is.',
      ),
      arrivals: field(
        familyUse('arrival process', arrivals),
        'When requests are sent; with `users`: when a user comes. Required, unless `users.count` is given.',
      ).optional(),
      users: field(
        users,
        'Users who send the requests: each of them waits for the end of one, thinks, and sends the next one. Without them nobody waits for an answer before the next request is sent.',
      ).optional(),
      classes: field(
        z.array(requestClass).min(1),
        'Kinds of its requests. Each request is of one of them, by weight or by the session of its user.',
      ).optional(),
      keys: field(
        keys,
        'What its requests are about: caches go by it, and balancers that hash `key`. What is called for a request is about the same.',
      ).optional(),
      timeout: field(duration, "The client's limit for one attempt; 0 is none."),
      retries: field(retries, 'What the client does after a failed attempt.'),
      priority: field(priority, 'Priority of the requests at pods that serve by priority; higher is more important.'),
      policies: callerPolicies(policies),
      connections: field(callerConnections, `${KEPT} Each of its clients has its own.`).optional(),
      write: field(flag, WRITE),
      bandwidth: field(
        byteRate,
        'How fast each client sends and takes messages (`requests.size` of the image that it talks to, or `size` of the class): whoever answers it keeps a place for it as long as that takes, and a proxy with `buffers` does so in place of its backend. Default: as fast as they come.',
      ).optional(),
      clients: field(
        someCount.max(2 ** 31 - 2),
        'Number of client addresses, all equally likely: session affinity sends each of them to one endpoint. With `users.count` each user has one.',
      ),
      host: field(
        z.string().regex(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/, 'expected the name of a host, such as shop.example.com'),
        'Host of the requests, by which an Ingress or a Gateway tells them from others. Default: none.',
      ).optional(),
      method: field(text, 'Method of the requests. Proxies in pods do not send a POST or PATCH a second time.'),
      path: field(
        z.string().regex(/^\//, 'expected a path that begins with /'),
        'Path of the requests, for routes that look at it.',
      ),
      headers: field(
        z.record(z.string(), z.string()),
        'Headers of the requests, by which an Ingress canary, an HTTPRoute or a VirtualService may tell them from others.',
      ),
      cookies: field(z.record(z.string(), z.string()), 'Cookies of the requests, likewise.'),
      portForward: field(
        flag,
        'By `kubectl port-forward service/…`, run with the first request: all go to one pod behind the Service, and are refused once it is gone.',
      ),
      start: field(duration, 'Time of the first requests.'),
      stop: field(duration, 'Time of the last requests. Default: the end of the run.').optional(),
    })
    .superRefine((source, context) => checkUsers(source, context, [...arrivals.keys()]))
    .transform(
      ({
        to,
        timeout,
        bandwidth,
        start,
        stop,
        host = '',
        method,
        path,
        headers,
        cookies,
        classes,
        users: who,
        ...rest
      }) => ({
        ...rest,
        ...(classes === undefined
          ? {}
          : { classes: classes.map((one) => classOf(one, { ...rest, to, host, method, path, headers, cookies })) }),
        ...(who === undefined ? {} : { users: usersOf(who, classes ?? []) }),
        ...(who?.count === undefined ? {} : { clients: mostUsers(who.count) }),
        request: { outside: true, host, method, path, headers: inSmallLetters(headers), cookies },
        to: { ...to, namespace: to.namespace ?? 'default' },
        timeoutUs: timeout,
        bytesPerSecond: bandwidth,
        startUs: start,
        stopUs: stop,
      }),
    );
}
