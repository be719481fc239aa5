// `spec.behaviors`: what images do when they run.
import { z } from 'zod';
import { bytes } from '../../lib/bytes.ts';
import { distribution, movingDistribution } from '../../lib/distribution.ts';
import { addFlaws, check } from '../../lib/explain.ts';
import type { FamilySchema } from '../../lib/family.ts';
import { duration, someDuration } from '../../lib/units.ts';
import type { Behavior } from '../../model/settings/behavior.ts';
import type { WorkSpec } from '../../model/settings/work.ts';
import {
  type CallSpec,
  computeNames,
  concurrencyModels,
  MOST_GC_THREADS,
  orderNames,
  type ServiceTime,
} from '../../model/settings/traffic.ts';
import { isPlainObject } from '../../model/objects/decode.ts';
import { disciplineNames } from '../legacy-disciplines.ts';
import { cache } from './cache.ts';
import { configEffect } from './config-effect.ts';
import { callerConnections, messageSizes, serverConnections } from './connections.ts';
import { database, WRITE } from './database.ts';
import { familyUse } from './family-use.ts';
import { gateway, refuseBesideGateway } from './gateway.ts';
import { mesh, meshBehavior, refuseBesideMesh } from './mesh.ts';
import { publish } from './message-queues.ts';
import { training } from './training.ts';
import { keys } from './request-classes.ts';
import { progressCurve, usageCurve } from './usage-curve.ts';
import { goesByProgress } from '../../model/settings/usage.ts';
import { count, field, flag, priority, ratio, retries, serviceRef, someAmount, someCount, text } from './field.ts';
import { callerPolicies, KEPT } from './callers.ts';

const call = (policies: FamilySchema) =>
  z
    .strictObject({
      service: field(
        serviceRef,
        "The Service called. Without a namespace it is the caller's own, as cluster DNS resolves a short name; without a port its first. `mysql-0.mysql` is one pod behind a Service, by the name that cluster DNS has for it (of a StatefulSet with that `serviceName`, or by `hostname` and `subdomain`).",
      ),
      count: field(someCount.max(10_000), 'Number of calls per request.'),
      probability: field(ratio, 'Probability that a request makes these calls.'),
      parallel: field(
        flag,
        'Send all of them at once, together with those of parallel neighbours in the list; otherwise one after the other.',
      ),
      timeout: field(duration, "The caller's limit for one attempt; 0 is none."),
      retries: field(retries, 'What the caller does after a failed attempt.'),
      priority: field(priority, 'Priority of these calls; higher is more important. Not inherited.'),
      policies: callerPolicies(policies),
      keys: field(
        keys,
        'What each of these calls is about. Default: what the request is about for which they are made.',
      ).optional(),
      cache: field(
        cache,
        'What stands before these calls: an answer that is there is no call. It goes by the key of the request.',
      ).optional(),
      classes: field(
        z.array(text).min(1),
        'Made for requests of these classes of sources only, however deep in what they call. Default: for all.',
      ).optional(),
      connections: field(callerConnections, KEPT).optional(),
      write: field(flag, WRITE),
    })
    .transform(({ timeout, ...rest }): CallSpec => ({ ...rest, timeoutUs: timeout }));

const turns = z.strictObject({
  cpu: field(distribution, 'Work of a request on processors, in all of its turns.'),
  wait: field(distribution, 'What it waits for beside them: disks, systems that are not simulated.'),
  turns: field(someCount.max(1000), 'How often it works and then waits, each time for an equal part.').default(1),
});

/** A distribution, or `{ cpu, wait }`. */
const service = z
  .unknown()
  .transform((value, context): ServiceTime => {
    const inTurns = isPlainObject(value) && ('cpu' in value || 'wait' in value || 'turns' in value);
    if (inTurns) {
      const checked = check(turns, value);
      if (checked.ok) {
        const { cpu, wait, turns: count } = checked.value;
        return { service: cpu, wait: { length: wait, turns: count } };
      }
      addFlaws(context, checked.flaws, []);
      return z.NEVER;
    }
    const checked = check(distribution, value);
    if (checked.ok) return { service: checked.value, wait: undefined };
    addFlaws(context, checked.flaws, []);
    return z.NEVER;
  })
  .meta({ type: 'distribution, or `{ cpu, wait, turns }`' });

export const requests = z
  .strictObject({
    service: field(
      service,
      'Service time: the work of one request, without the calls that it makes. `{ cpu, wait, turns }`: it works on processors, then waits, so many times in equal parts.',
    ),
    model: field(
      z.enum(concurrencyModels),
      'With `threads` a request holds one of `concurrency` workers until it is answered, and each worker may use a processor. With `eventLoop` one burst is worked on at a time, whatever `concurrency` is; requests that wait do not hold the loop.',
    ).optional(),
    concurrency: field(someCount, 'Requests served at a time.'),
    queue: field(
      count,
      'Requests that may wait to be served; one more is refused with an error (503), whatever its priority.',
    ),
    order: field(
      z.enum(orderNames),
      'Which waiting request is served next. With `preemptivePriority` one of higher priority also interrupts one of lower priority, which resumes later where it was.',
    ),
    compute: field(
      z.enum(computeNames),
      'How requests in service share processors: each has one to itself (`dedicated`), all requests of a pod share those of the pod (`podShared`), each using one at most, or all pods of a node compete for its processors (`nodeShared`) by the weights and quotas that their requests and limits give their cgroups.',
    ),
    processors: field(
      someAmount,
      'Processors that the requests in service share with `podShared`; may be fractional, a limit below one.',
    ),
    discipline: field(
      z.enum(disciplineNames),
      'Deprecated form of `order` and `compute`: `fifo` and `lifo` are the orders, `processorSharing` is `podShared`.',
    ).optional(),
    cpu: field(duration, 'CPU time that a request takes. Default: its whole service time.').optional(),
    size: field(
      messageSizes,
      'Sizes of messages, where callers keep connections: TCP sends the first bytes of a connection slowly. Default: so small that they do not matter.',
    ).optional(),
    errorRate: field(ratio, 'Probability that a request ends in an error (500).'),
  })
  .transform(({ cpu, discipline, service: { service: work, wait }, model, ...rest }, context) => {
    if (discipline !== undefined) {
      const message = 'is the older notation of `order` and `compute`, which are given too: leave it out';
      context.addIssue({ code: 'custom', path: ['discipline'], message });
    }
    if (wait !== undefined && cpu !== undefined) {
      const message = 'is `service.cpu`, which is given too: leave it out';
      context.addIssue({ code: 'custom', path: ['cpu'], message });
    }
    if (rest.order === 'preemptivePriority' && (wait !== undefined || model === 'eventLoop')) {
      const message = 'does not go with requests that wait or with an event loop, whose bursts are not interrupted';
      context.addIssue({ code: 'custom', path: ['order'], message });
    }
    return {
      ...rest,
      service: work,
      cpuUs: cpu,
      ...(wait === undefined ? {} : { wait }),
      ...(model === undefined ? {} : { model }),
    };
  });

const work = z
  .strictObject({
    length: field(distribution, 'How long the work takes, on any node.').optional(),
    work: field(
      distribution,
      'Instead of `length`: how long it takes on a node of speed 1. The label `wavetank/speed` of a node says how fast it is.',
    ).optional(),
    checkpoint: field(
      z.union([
        duration,
        z.strictObject({
          every: field(someDuration, 'How long the process works between two of them.'),
          takes: field(duration, 'How long the work rests until it is saved.'),
        }),
      ]),
      'How often progress is saved, or `{ every, takes }`. A container that starts again goes on from there, and so does another pod with the same index of an Indexed Job. Default: never.',
    ).optional(),
    failure: field(
      z.strictObject({
        probability: field(ratio, 'Probability that an attempt fails, at any moment of it alike.'),
        exitCode: field(z.int().min(1).max(255).meta({ type: 'whole number up to 255' }), 'Exit code.'),
      }),
      'Attempts may fail.',
    ).optional(),
  })
  .transform(({ length, work: scaled, checkpoint = 0, failure }, context): WorkSpec => {
    const { every, takes } = typeof checkpoint === 'number' ? { every: checkpoint, takes: 0 } : checkpoint;
    const spec = length ?? scaled;
    if (spec === undefined || (length !== undefined && scaled !== undefined)) {
      context.addIssue({ code: 'custom', message: 'needs either `length` or `work`' });
      return z.NEVER;
    }
    return { length: spec, scales: length === undefined, checkpointUs: every, savingUs: takes, failure };
  });

export const behavior = (policies: FamilySchema, balancers: FamilySchema) =>
  z
    .strictObject({
      image: field(
        text,
        'The image: with a tag, without one for every tag that has no entry, or `"*"` for all others.',
      ),
      imageSize: field(
        bytes,
        'Compressed size. Default: that of its layers, else `kubelet.imagePull.imageSize`.',
      ).optional(),
      layers: field(
        z
          .array(
            z.strictObject({
              name: field(
                text,
                'What it is called in every image that has it. Without a name it is of this image alone.',
              ).optional(),
              size: field(bytes, 'Compressed size.'),
            }),
          )
          .min(1),
        'The parts of the image, in the order in which they are pulled. A node pulls and keeps a layer that several images share once.',
      ).optional(),
      private: field(
        flag,
        'Its registry gives it only to pods with an `imagePullSecrets` entry whose Secret exists; for others the pull fails.',
      ),
      startup: field(distribution, 'From the start of the process until it listens and a readiness probe can succeed.'),
      requests: field(requests, 'How it serves requests.'),
      policies: field(
        z.array(familyUse('policy', policies)),
        'What it does about overload: policies of servers, in this order.',
      ).default([]),
      connections: field(
        serverConnections,
        'How it keeps connections. Default: as `spec.connections.servers` says.',
      ).optional(),
      warmup: field(
        z.strictObject({
          for: field(someDuration, 'How long, from the start of its process.'),
          factor: field(
            z.number().min(1).meta({ type: 'number, at least 1' }),
            'How many times as long its work takes at the start.',
          ),
        }),
        'The work of a process that has just started takes longer, as code is compiled and caches fill: evenly less until it is usual.',
      ).optional(),
      gc: field(
        z.strictObject({
          every: field(
            movingDistribution,
            'From the end of one to the start of the next, if there were requests between.',
          ),
          work: field(distribution, 'Work of one, divided among its threads.'),
          threads: field(someCount.max(MOST_GC_THREADS), 'Threads that work on it.').default(1),
        }),
        'Collections of garbage: all requests of the process rest until its threads have done their work, on the same processors and under the same limit.',
      ).optional(),
      gateway: field(
        gateway(balancers),
        'It is a proxy: each request goes on to the Service that an Ingress, or an HTTPRoute of a Gateway, leads to, and its answer comes back.',
      ).optional(),
      mesh: field(
        mesh(balancers),
        'It is a proxy of a service mesh: requests and answers of the pods of the mesh pass it.',
      ).optional(),
      database: field(
        database,
        'Its processes keep data: of the pods of a StatefulSet one is the primary, which takes writes (`write` of calls and sources), and an operator makes another one the primary when it fails. A pod without a StatefulSet is a database by itself.',
      ).optional(),
      calls: field(z.array(call(policies)), 'What each request calls while it is served, in this order.').default([]),
      publishes: field(
        z.array(publish),
        'Messages that each request publishes when it has been answered without an error.',
      ).default([]),
      usage: field(
        z
          .strictObject({
            cpu: field(
              progressCurve,
              'CPUs; what a limit does not allow is not used. With `run` its points may go by the share of the work that is done: `{ progress: 50%, value: 2 }`.',
            ),
            memory: field(usageCurve, 'Bytes held.'),
            memoryPerRequest: field(
              bytes,
              'Bytes held beside `memory` for each request in the container, in service or waiting.',
            ),
            disk: field(usageCurve, 'Bytes in the writable layer of its container; gone when that starts again.'),
            logs: field(usageCurve, 'Bytes of logs; `kubelet.containerLogs` says how many are kept.'),
            volumes: field(
              z.record(z.string(), usageCurve),
              'Bytes written to emptyDir volumes that it mounts, by their names in the pod, over the time since the pod started.',
            ),
          })
          .transform(({ cpu, memory, memoryPerRequest, disk, logs, volumes }) => ({
            cpu,
            memoryBytes: memory,
            memoryPerRequestBytes: memoryPerRequest,
            layerBytes: disk,
            logBytes: logs,
            volumeBytes: new Map(Object.entries(volumes)),
          })),
        'What its process uses beside its requests: an amount, or points `{ at, value }` over the time since it listens, between which it changes evenly.',
      ),
      hooks: field(
        z.strictObject({
          postStart: field(duration, 'Length of the postStart hook.').optional(),
          preStop: field(duration, 'Length of the preStop hook.').optional(),
        }),
        'How long the lifecycle hooks of its containers take that are not a sleep; otherwise they take no time.',
      ).default({}),
      config: field(
        z.array(configEffect),
        'What values of ConfigMaps and Secrets do to its process, if its container gets them. The environment and files mounted by `subPath` are read when it begins to listen; other files of volumes also later, when the kubelet has synced the pod after a change.',
      ).default([]),
      crash: field(
        z.strictObject({
          after: field(distribution, 'Time from its start.'),
          exitCode: field(z.int().min(0).max(255).meta({ type: 'whole number up to 255' }), 'Exit code.'),
        }),
        'The process exits on its own, each time it runs.',
      ).optional(),
      run: field(
        work,
        'The process has work to do, and exits with 0 when it is done: what the pods of Jobs run.',
      ).optional(),
      training: field(
        training,
        'Instead of `run`: the processes of all pods of one owner work on it together, and exit with 0 when it is done.',
      ).optional(),
      shutdown: field(
        z.strictObject({ drain: field(flag, 'Finish the requests it holds and then exit; otherwise exit at once.') }),
        'Reaction to SIGTERM.',
      ),
    })
    .transform((given, context): Behavior => {
      const {
        imageSize,
        layers,
        private: isPrivate,
        shutdown,
        crash,
        run,
        training: together,
        warmup,
        gc,
        mesh: meshed,
        ...rest
      } = given;
      if (gc !== undefined && rest.requests.order === 'preemptivePriority') {
        const message = 'does not go with collections of garbage (`gc`)';
        context.addIssue({ code: 'custom', path: ['requests', 'order'], message });
      }
      if ((rest.database?.locks ?? 'none') !== 'none' && rest.requests.order === 'preemptivePriority') {
        const message = 'does not go with writes that wait for locks (`database.locks`)';
        context.addIssue({ code: 'custom', path: ['requests', 'order'], message });
      }
      if (rest.gateway !== undefined) refuseBesideGateway(rest, gc !== undefined, context);
      if (meshed !== undefined) {
        refuseBesideMesh(rest, meshed, { gateway: rest.gateway, gc, warmup, training: together, run }, context);
      }
      if (layers !== undefined && imageSize !== undefined) {
        const message = 'is that of the layers, which are given too: leave it out';
        context.addIssue({ code: 'custom', path: ['imageSize'], message });
      }
      if (run === undefined && goesByProgress(rest.usage.cpu)) {
        const message = 'goes by `progress`, which only work has: add `run`, or give times (`at`)';
        context.addIssue({ code: 'custom', path: ['usage', 'cpu'], message });
      }
      if (run !== undefined && together !== undefined) {
        context.addIssue({ code: 'custom', path: ['training'], message: 'and `run` exclude each other: keep one' });
      }
      const parts = layers?.map(({ name, size }) => ({ name, bytes: size })) ?? [
        { name: undefined, bytes: imageSize ?? 0 },
      ];
      return {
        ...rest,
        ...(meshed === undefined ? {} : meshBehavior(rest.requests, meshed)),
        imageSizeBytes: parts.reduce((sum, layer) => sum + layer.bytes, 0),
        layers: parts,
        isPrivate,
        usage: {
          ...rest.usage,
          memoryOfRequestsBytes: rest.usage.memoryPerRequestBytes * (rest.requests.concurrency + rest.requests.queue),
        },
        crash,
        ...(warmup === undefined ? {} : { warmup: { forUs: warmup.for, factor: warmup.factor } }),
        ...(gc === undefined ? {} : { gc }),
        work: run,
        training: together,
        drain: shutdown.drain,
      };
    });
