// `spec.kubelet` and `spec.network`: what happens on nodes and between them.
import { z } from 'zod';
import { byteRate, bytes, bytesOrPercent, percent } from '../../lib/bytes.ts';
import { distribution } from '../../lib/distribution.ts';
import type { FamilySchema } from '../../lib/family.ts';
import { duration, durationFrom, fineDuration, someDuration } from '../../lib/units.ts';
import type { Kubelet } from '../../model/settings/kubelet.ts';
import { forbiddenNames, type NetworkSpec } from '../../model/settings/network.ts';
import { ipvsScheduler, ipvsSchedulerNames, proxyModeNames } from '../../model/settings/proxy-modes.ts';
import { familyUse } from './family-use.ts';
import { unsimulatedKubeletFields } from './unsimulated-kubelet.ts';
import { nodeShutdownFields, refuseShutdown, shutdownGroups } from './node-shutdown.ts';
import { field, flag, objectRef, someAmount, someCount, text } from './field.ts';

export const kubelet = z
  .strictObject({
    sandbox: field(distribution, 'From seeing a new pod until its sandbox and network are ready.'),
    containerStart: field(distribution, 'Creating and starting a container whose image has been pulled.'),
    imagePull: field(
      z.strictObject({
        bandwidth: field(byteRate, 'Pulling and unpacking, per node.'),
        roundTrip: field(duration, 'Round trip to the registry.'),
        imageSize: field(bytes, 'Compressed size of an image whose behaviour does not give one.'),
        serialize: field(flag, 'One pull at a time on a node (`serializeImagePulls`).'),
        maxParallel: field(
          z.union([z.int().min(1), z.literal('unlimited').transform(() => Infinity)]),
          'Most pulls at a time on a node that does not serialize them (`maxParallelImagePulls`); they share its bandwidth.',
        ),
        qps: field(
          z.union([someAmount, z.literal('unlimited').transform(() => Infinity)]),
          'Pulls that a node begins per second; one more fails (`registryPullQPS`).',
        ),
        burst: field(someCount, 'Pulls that it begins at once (`registryBurst`).'),
      }),
      'Image pulls.',
    ),
    cachedImages: field(z.array(text), 'Images that every node has at the start; `"*"` is all of them.'),
    cpuManagerPolicy: field(
      z.enum(['none', 'static']).optional(),
      'With `static`, containers of Guaranteed pods that request whole CPUs have these for themselves, and no CPU quota. It needs `systemReserved` CPU, and pods that share processors (`compute: nodeShared`).',
    ),
    leaseRenewInterval: field(someDuration, 'How often the lease is renewed.'),
    relistPeriod: field(duration, 'How often the kubelet asks its runtime what has exited; with `0` it knows at once.'),
    eviction: field(
      z.strictObject({
        memoryAvailable: field(bytes, 'Pods are evicted from a node with less memory left (`evictionHard`).'),
        nodefsAvailable: field(
          bytesOrPercent,
          'Pods are evicted from a node whose disk has less left (`evictionHard`); unused images are deleted before.',
        ),
        imagefsAvailable: field(
          bytesOrPercent,
          'The same for the disk of images, which is that of the node unless it has its own.',
        ),
        pressureTransitionPeriod: field(
          duration,
          'How long a pressure condition stays True after the pressure was last seen (`evictionPressureTransitionPeriod`).',
        ),
      }),
      'Evictions from nodes that run short of memory or disk.',
    ),
    disk: field(
      z.strictObject({
        system: field(bytes, 'Disk space that the system itself uses.'),
        images: field(
          bytes,
          'Size of a file system of its own for images and writable layers. Default: they are on the disk of the node.',
        ).optional(),
        unpacked: field(
          z.number().min(1).meta({ type: 'number, at least 1' }),
          'How much larger an image is on disk than what is pulled.',
        ),
      }),
      "Disks; a node's is as large as its capacity of ephemeral-storage.",
    ),
    containerLogs: field(
      z.strictObject({
        maxSize: field(bytes, 'Size of a file of logs (`containerLogMaxSize`).'),
        maxFiles: field(someCount, 'Files that are kept (`containerLogMaxFiles`).'),
      }),
      'What is kept of the logs of a container.',
    ),
    imageGC: field(
      z.strictObject({
        highThreshold: field(
          percent,
          'Above this part of its disk in use, a node deletes unused images (`imageGCHighThresholdPercent`); with 100 % never.',
        ),
        lowThreshold: field(percent, 'Down to this part (`imageGCLowThresholdPercent`).'),
        minimumAge: field(duration, 'Images first seen more recently than this are kept (`imageMinimumGCAge`).'),
        maximumAge: field(
          duration,
          'Images that were unused for longer are deleted, however full the disk is; 0 is never (`imageMaximumGCAge`).',
        ),
      }),
      'Deletion of images that no container uses, every 5 minutes: least recently used first.',
    ),
    crashLoopBackOff: field(
      z.strictObject({
        initial: field(durationFrom(1e6, '1s'), 'First wait before a restart; doubled each time.'),
        max: field(durationFrom(1e6, '1s'), 'Longest wait; as in the kubelet, at least 1 s.'),
      }),
      'Waits between restarts of a container that keeps exiting.',
    ),
    ...nodeShutdownFields,
    ...unsimulatedKubeletFields,
  })
  .superRefine(refuseShutdown)
  .transform(
    (
      {
        imagePull,
        leaseRenewInterval,
        relistPeriod,
        crashLoopBackOff,
        eviction,
        disk,
        containerLogs,
        imageGC,
        shutdownGracePeriod,
        shutdownGracePeriodCriticalPods,
        shutdownGracePeriodByPodPriority,
        cpuManagerPolicy = 'none',
        memoryManagerPolicy: _memory,
        topologyManagerPolicy: _topology,
        topologyManagerScope: _scope,
        failSwapOn: _failSwapOn,
        memorySwap: _swap,
        ...rest
      },
      context,
    ): Kubelet => {
      if (imageGC.lowThreshold > imageGC.highThreshold) {
        context.addIssue({
          code: 'custom',
          path: ['imageGC', 'lowThreshold'],
          message: 'must not be above `highThreshold`',
        });
      }
      return {
        ...rest,
        ...(cpuManagerPolicy === 'none' ? {} : { cpuManagerPolicy }),
        shutdown: shutdownGroups({
          shutdownGracePeriod,
          shutdownGracePeriodCriticalPods,
          shutdownGracePeriodByPodPriority,
        }),
        imagePull: {
          bandwidth: imagePull.bandwidth,
          roundTripUs: imagePull.roundTrip,
          maxParallel: imagePull.serialize ? 1 : imagePull.maxParallel,
          registry: { qps: imagePull.qps, burst: imagePull.burst },
        },
        leaseRenewIntervalUs: leaseRenewInterval,
        relistPeriodUs: relistPeriod,
        eviction: {
          thresholds: [
            { signal: 'memory', bytes: eviction.memoryAvailable, graceUs: 0, reclaimBytes: 0 },
            { signal: 'nodefs', ...eviction.nodefsAvailable, graceUs: 0, reclaimBytes: 0 },
            { signal: 'imagefs', ...eviction.imagefsAvailable, graceUs: 0, reclaimBytes: 0 },
          ],
          maxPodGraceUs: 0,
          transitionUs: eviction.pressureTransitionPeriod,
        },
        disk: {
          systemBytes: disk.system,
          imageFileSystemBytes: disk.images,
          unpackedFactor: disk.unpacked,
          logBytes: containerLogs.maxSize * containerLogs.maxFiles,
        },
        imageCollection: {
          highThreshold: imageGC.highThreshold,
          lowThreshold: imageGC.lowThreshold,
          minimumAgeUs: imageGC.minimumAge,
          maximumAgeUs: imageGC.maximumAge,
        },
        crashLoopBackOff: { initialUs: crashLoopBackOff.initial, maxUs: crashLoopBackOff.max },
      };
    },
  );

const syncCosts = {
  minSyncPeriod: field(duration, 'Shortest time between two syncs of a node.'),
  syncFixed: field(duration, 'Duration of a sync.'),
  syncPerEndpoint: field(fineDuration, 'Additional duration of a sync per changed endpoint.'),
  syncPerService: field(fineDuration, 'Additional duration of a sync for each Service that there is, changed or not.'),
};

function proxyCosts(costs: Readonly<Record<keyof typeof syncCosts, number>>): NetworkSpec['kubeProxy'] {
  return {
    minSyncPeriodUs: costs.minSyncPeriod,
    syncFixedUs: costs.syncFixed,
    syncPerEndpointUs: costs.syncPerEndpoint,
    syncPerServiceUs: costs.syncPerService,
  };
}

export function network(balancers: FamilySchema, policies: FamilySchema) {
  const balancer = familyUse('balancer', balancers);
  return z
    .strictObject({
      links: field(
        z.strictObject({
          sameNode: field(distribution, 'Between pods of one node.'),
          sameZone: field(distribution, 'Between nodes of one zone.'),
          otherZone: field(distribution, 'Between zones of one region.'),
          otherRegion: field(distribution, 'Between regions.'),
          client: field(distribution, 'From an outside client to the edge of the cluster.'),
        }),
        'One-way latency.',
      ),
      kubeProxy: field(
        z.strictObject({
          mode: field(
            z.enum(proxyModeNames),
            'How it programs the node. `ipvs` and `nftables` have costs of their own below.',
          ),
          scheduler: field(
            z.enum(ipvsSchedulerNames),
            'Of mode ipvs: it stands where `balancer` says `Random`, which IPVS does not have.',
          ),
          ...syncCosts,
          ipvs: field(z.strictObject(syncCosts), 'The costs of mode ipvs.'),
          nftables: field(z.strictObject(syncCosts), 'The costs of mode nftables.'),
        }),
        'kube-proxy.',
      ),
      loadBalancer: field(
        z.strictObject({
          checkPeriod: field(someDuration, 'Time between two health checks of a node.'),
          unhealthyThreshold: field(someCount, 'Failed checks in a row after which a node gets no connections.'),
          healthyThreshold: field(someCount, 'Good checks in a row after which it gets connections again.'),
          crossZone: field(
            flag,
            'A client enters by any zone that has a healthy node. True: from there it goes to a healthy node of any zone; false: to one of that zone, as network load balancers of AWS do by default, so that nodes of a small zone get more than others.',
          ),
          deregistrationDelay: field(
            duration,
            'How long kept connections may go on through a node that has been taken out because it left the cluster or is excluded by its label; then they are reset. 0: until they end.',
          ),
          unhealthyDelay: field(
            duration,
            'The same for a node that fails its health checks. 0: they are reset at once.',
          ),
        }),
        'Load balancers outside the cluster, which Services of type LoadBalancer have.',
      ),
      balancer: field(balancer, 'Load balancing of Services without an entry in `balancers`.'),
      balancers: field(z.record(z.string(), balancer), 'Load balancing by Service: `shop/web`, or `web` in `default`.'),
      policies: field(
        z.record(z.string(), z.array(familyUse('policy', policies))),
        'What all callers of a Service do about failures and overload, within what each call says: `shop/web`, or `web` in `default`.',
      ),
      networkPolicies: field(
        z.enum(forbiddenNames),
        'What becomes of a connection that NetworkPolicies forbid: no answer (`drop`: Calico, Cilium, Antrea), a refusal (`reject`: kube-router), or nothing, with a network plugin that knows no NetworkPolicies (`ignore`: flannel).',
      ),
      timeoutWithoutLimit: field(
        someDuration,
        'How long a caller without a timeout waits for a destination that does not answer.',
      ),
    })
    .transform(
      (
        {
          links,
          kubeProxy,
          loadBalancer,
          balancer: usual,
          balancers: own,
          policies: ofRoutes,
          networkPolicies,
          timeoutWithoutLimit,
        },
        context,
      ): NetworkSpec => ({
        links,
        kubeProxy: proxyCosts(kubeProxy.mode === 'iptables' ? kubeProxy : kubeProxy[kubeProxy.mode]),
        loadBalancer: {
          checkPeriodUs: loadBalancer.checkPeriod,
          unhealthyThreshold: loadBalancer.unhealthyThreshold,
          healthyThreshold: loadBalancer.healthyThreshold,
          crossZone: loadBalancer.crossZone,
          deregistrationDelayUs: loadBalancer.deregistrationDelay === 0 ? Infinity : loadBalancer.deregistrationDelay,
          unhealthyDelayUs: loadBalancer.unhealthyDelay,
        },
        balancer: kubeProxy.mode === 'ipvs' && usual.name === 'Random' ? ipvsScheduler(kubeProxy.scheduler) : usual,
        balancers: byService(own, 'balancers', context).map(([service, one]) => ({ ...service, balancer: one })),
        policies: byService(ofRoutes, 'policies', context).map(([service, uses]) => ({ ...service, policies: uses })),
        networkPolicies,
        timeoutWithoutLimitUs: timeoutWithoutLimit,
      }),
    );
}

/** What is said of Services by their names. */
function byService<Value>(
  said: Readonly<Record<string, Value>>,
  field: string,
  context: z.RefinementCtx,
): (readonly [{ readonly namespace: string; readonly name: string }, Value])[] {
  return Object.entries(said).flatMap(([service, value]) => {
    const reference = objectRef.safeParse(service);
    if (reference.success) {
      return [[{ namespace: reference.data.namespace ?? 'default', name: reference.data.name }, value] as const];
    }
    const message = 'expected a Service such as "web" or "shop/web"';
    context.addIssue({ code: 'custom', path: [field, service], message, params: { atKey: true } });
    return [];
  });
}
