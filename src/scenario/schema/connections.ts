// `spec.connections`, and what calls, sources and behaviours say of theirs: how connections are kept, and what they cost.
import { z } from 'zod';
import { byteRate, bytes } from '../../lib/bytes.ts';
import { duration, someDuration } from '../../lib/units.ts';
import {
  type CallerConnections,
  connectionBalancing,
  type ConnectionsSpec,
  type HandshakeCpu,
  lookups,
  protocolNames,
  type ServerConnections,
  tlsNames,
} from '../../model/settings/connections.ts';
import type { EgressPrices } from '../../model/settings/costs.ts';
import { amount, count, field, flag, limit, someCount } from './field.ts';

const orInfinity = (value: number): number => (value === 0 ? Infinity : value);

export const callerConnections = z
  .strictObject({
    protocol: field(
      z.enum(protocolNames),
      'With `http1` a connection has one request at a time. With `http2`, which gRPC uses, many share one.',
    ),
    keepAlive: field(
      flag,
      'Connections are kept for further requests. Otherwise the caller closes each one after its request.',
    ),
    balance: field(
      z.enum(connectionBalancing),
      'When an endpoint is chosen: with each connection, as kube-proxy does, or with each request, by a client that knows the endpoints (a headless Service) or a proxy beside it. Requests that a route, an ejection or a balancer leads, which looks at requests, are led each by itself in any case.',
    ),
    resolve: field(
      z.enum(lookups),
      'When a caller with `balance: request` looks the name of a headless Service up again: `always`, so that it knows at once which pods there are; or `disconnected`, when a server has ended a connection or one broke, at most every 30 s, as the DNS resolver of gRPC does.',
    ),
    connectTimeout: field(
      duration,
      'How long a connection may take to open, TLS included; then it is given up, and a request that waits for it is refused. 0: as long as the request waits.',
    ),
    min: field(someCount, 'As long as a caller has fewer connections, a request opens one more.'),
    max: field(
      limit,
      'Most connections that a caller has to a Service; with `balance: request` to an endpoint. Default: unlimited with `http1`, 1 with `http2`.',
    ).optional(),
    pending: field(limit, 'Most requests that wait for a connection; one more fails with `overload`.'),
    pendingTimeout: field(
      duration,
      'How long a request waits for a connection before it fails with `overload` (`connectionTimeout` of HikariCP); 0: until its own timeout.',
    ),
    idleTimeout: field(duration, 'The caller closes a connection that it has not used for so long; 0: never.'),
    maxIdle: field(limit, 'Most connections that it keeps unused. Only `http1`.'),
    lifetime: field(duration, 'The caller takes a connection out of use after so long; 0: never.'),
    streams: field(limit, 'Most requests at a time on a connection with `http2`, if the server allows as many.'),
    tls: field(
      z.enum(tlsNames),
      'Encryption. Its handshake costs a round trip, a full one of 1.2 two, and CPU time on both sides.',
    ),
    resume: field(flag, 'Sessions are resumed with processes that the caller has been connected to.'),
    ping: field(
      z.strictObject({
        every: field(someDuration, 'Time between two.'),
        timeout: field(someDuration, 'How long an answer may take.'),
      }),
      'Pings that find a silent peer (keepalive of gRPC). Default: none; TCP gives up after a quarter of an hour.',
    ).optional(),
  })
  .transform((given, context): CallerConnections => {
    const {
      max,
      pending,
      pendingTimeout,
      idleTimeout,
      maxIdle,
      lifetime,
      streams,
      resume,
      ping,
      resolve,
      connectTimeout,
      ...rest
    } = given;
    const isHttp1 = rest.protocol === 'http1';
    const most = max === undefined ? (isHttp1 ? Infinity : 1) : orInfinity(max);
    if (rest.min > most) {
      const path = [max === undefined ? 'min' : 'max'];
      context.addIssue({ code: 'custom', path, message: `must be at least min, which is ${rest.min}, but is ${most}` });
    }
    return {
      ...rest,
      resolves: resolve,
      openUs: orInfinity(connectTimeout),
      max: most,
      pending: orInfinity(pending),
      pendingUs: orInfinity(pendingTimeout),
      idleUs: orInfinity(idleTimeout),
      maxIdle: orInfinity(maxIdle),
      lifetimeUs: orInfinity(lifetime),
      streams: isHttp1 ? 1 : orInfinity(streams),
      resumes: resume,
      ping: ping && { everyUs: ping.every, timeoutUs: ping.timeout },
    };
  });

export const serverConnections = z
  .strictObject({
    max: field(limit, 'Most connections that a process accepts; others wait in its backlog.'),
    backlog: field(
      count,
      'Connections that the kernel keeps for it (`somaxconn`); with more, first packets are dropped.',
    ),
    refuse: field(
      flag,
      'Connections beyond `max` are refused, as databases do (`max_connections`), instead of waiting in the backlog.',
    ),
    idleTimeout: field(
      duration,
      'The process closes a connection that rests for so long; 0: never. A request that is under way then is lost.',
    ),
    maxAge: field(
      duration,
      'The process lets a connection go after so long, 10 % more or less (MAX_CONNECTION_AGE of gRPC); 0: never.',
    ),
    maxAgeGrace: field(duration, 'How long requests may go on then; 0: until they end.'),
    maxRequests: field(limit, 'Requests on a connection, after which it is closed (`keepalive_requests` of nginx).'),
    streams: field(limit, 'Requests at a time on a connection with `http2` (MAX_CONCURRENT_STREAMS).'),
  })
  .transform(
    ({ max, backlog, refuse, idleTimeout, maxAge, maxAgeGrace, maxRequests, streams }): ServerConnections => ({
      max: orInfinity(max),
      backlog,
      refuses: refuse,
      idleUs: orInfinity(idleTimeout),
      maxAgeUs: orInfinity(maxAge),
      maxAgeGraceUs: orInfinity(maxAgeGrace),
      maxRequests: orInfinity(maxRequests),
      streams: orInfinity(streams),
    }),
  );

export const messageSizes = z
  .strictObject({
    request: field(bytes, 'Of a request.'),
    response: field(bytes, 'Of its answer.'),
  })
  .transform(({ request, response }) => ({ requestBytes: request, responseBytes: response }));

const handshakeCpu = z
  .strictObject({
    caller: field(duration, 'On the side of the caller.'),
    server: field(duration, 'On the side of the server.'),
  })
  .transform(({ caller, server }): HandshakeCpu => ({ callerUs: caller, serverUs: server }));

/** Prices are written per gigabyte, as providers have them. */
const GIGABYTE = 1e9;

const egress = z
  .strictObject({
    otherZone: field(
      amount,
      'Price of a gigabyte (10⁹ bytes) from one zone to another of its region, in the currency of `hourlyCost`.',
    ).default(0),
    otherRegion: field(amount, 'Price of a gigabyte from one region to another.').default(0),
  })
  .transform(
    ({ otherZone, otherRegion }): EgressPrices => ({
      otherZone: otherZone / GIGABYTE,
      otherRegion: otherRegion / GIGABYTE,
    }),
  );

export const connections = z
  .strictObject({
    callers: field(
      callerConnections,
      'Of all callers that say nothing of their own. Default: those open a connection for each request, at no cost.',
    ).optional(),
    servers: field(serverConnections, 'Of all images that say nothing of their own.'),
    handshake: field(
      z.strictObject({
        full: field(handshakeCpu, 'Full, with certificates.'),
        resumed: field(handshakeCpu, 'Of a session that is resumed.'),
      }),
      'CPU time of TLS handshakes. For a server NGINX has published 350 full ones a second and core with RSA of 2048 bits (2014) and over 2000 with ECDSA (2016), which is 2.9 ms to 0.5 ms.',
    ),
    ports: field(
      someCount.max(65_535),
      'Local ports that a process has for each destination (`ip_local_port_range`). Without one a connection is refused.',
    ),
    timeWait: field(duration, 'How long a port is not used again after the caller has closed first (TIME_WAIT).'),
    conntrack: field(
      z
        .strictObject({
          maxPerCore: field(count, 'Entries for each CPU of a node (`conntrack.maxPerCore` of kube-proxy).'),
          min: field(someCount, 'But no fewer than this.'),
          timeWait: field(duration, 'How long an entry stays after the end of its connection.'),
          close: field(duration, 'The same after a reset.'),
          udp: field(duration, 'The same after a query by UDP.'),
        })
        .transform(({ maxPerCore, min, timeWait, close, udp }) => ({
          maxPerCore,
          min,
          timeWaitUs: timeWait,
          closeUs: close,
          udpUs: udp,
        })),
      'The table of connections of each node. When it is full, first packets are dropped. Default: only faults fill it.',
    ).optional(),
    snat: field(
      z
        .strictObject({
          ports: field(
            someCount.max(65_535),
            'Ports that the pods of a node share for connections to one system outside. A node that masquerades has 64,512 (1024 to 65535); a NAT gateway or a load balancer lends each node some, such as 1,024 on AKS with up to 50 nodes, or 64 with Cloud NAT of Google.',
          ),
          timeWait: field(duration, 'How long a port is not used again after the end of its connection.'),
          close: field(duration, 'The same after a reset.'),
        })
        .transform(({ ports, timeWait, close }) => ({ ports, timeWaitUs: timeWait, closeUs: close })),
      'Source NAT of each node towards systems outside (`spec.external`). Without a port left, first packets are dropped. Default: ports never run out.',
    ).optional(),
    initialWindow: field(bytes, 'Bytes that TCP sends before the first acknowledgement; doubled with each round trip.'),
    slowStartAfterIdle: field(flag, 'Whether a connection that was idle starts over (`tcp_slow_start_after_idle`).'),
    nodeBandwidth: field(
      byteRate,
      'What the network card of a node sends, and as much it receives, one message after the other.',
    ),
    egress: field(
      egress.optional(),
      'Bytes of messages that have a `size` are counted and paid for where they go from zone to zone: requests, answers, and what is sent again. Image pulls, volumes, training and queries to DNS are not in it.',
    ),
  })
  .transform(
    ({ callers, timeWait, conntrack, snat, initialWindow, ...rest }): ConnectionsSpec => ({
      ...rest,
      callers,
      timeWaitUs: timeWait,
      conntrack,
      snat,
      initialWindowBytes: initialWindow,
    }),
  );
