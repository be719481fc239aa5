// The family of fault models: one line each.
import { type Family, family } from '../../lib/family.ts';
import { faultContract } from '../contract.ts';
import type { Fault, FaultContext } from '../fault.ts';
import { badConfig } from './bad-config.ts';
import { badDeploy } from './bad-deploy.ts';
import { badImage } from './bad-image.ts';
import { clockSkew } from './clock-skew.ts';
import { cloudThrottled } from './cloud-throttled.ts';
import { conntrackFull } from './conntrack-full.ts';
import { containerHang } from './container-hang.ts';
import { cordonForgotten } from './cordon-forgotten.ts';
import { crashLoop } from './crash-loop.ts';
import { diskPressure } from './disk-pressure.ts';
import { dnsOutage } from './dns-outage.ts';
import { etcdSlowDisk } from './etcd-slow-disk.ts';
import { externalOutage } from './external-outage.ts';
import { failureTrace } from './failure-trace.ts';
import { correlatedOutage, rackOutage, regionOutage } from './group-outage.ts';
import { kernelHang } from './kernel-hang.ts';
import { kubeletCertificate } from './kubelet-certificate.ts';
import { kubeletStop } from './kubelet-stop.ts';
import { loadBalancerMemberLoss } from './load-balancer-member-loss.ts';
import { memoryLeak } from './memory-leak.ts';
import { namespaceDeleted } from './namespace-deleted.ts';
import { networkPartition } from './network-partition.ts';
import { networkTrouble } from './network-trouble.ts';
import { nodeCrash } from './node-crash.ts';
import { nodeFailures } from './node-failures.ts';
import { nodeReboot } from './node-reboot.ts';
import { nodeShutdown } from './node-shutdown.ts';
import { nodeSlow } from './node-slow.ts';
import { podCrash } from './pod-crash.ts';
import { processSignal } from './process-signal.ts';
import { quotaLowered } from './quota-lowered.ts';
import { registryOutage } from './registry-outage.ts';
import { restartEverything } from './restart-everything.ts';
import { serverCertificateExpired } from './server-certificate.ts';
import { slowPod } from './slow-pod.ts';
import { spotReclaim } from './spot-reclaim.ts';
import { webhookDown } from './webhook-down.ts';
import { wrongScale } from './wrong-scale.ts';
import { zoneOutage } from './zone-outage.ts';

export const faults: Family<FaultContext, Fault> = family(
  'faults',
  'What breaks, at a time or at random.',
  [
    badConfig,
    badDeploy,
    badImage,
    clockSkew,
    cloudThrottled,
    conntrackFull,
    containerHang,
    cordonForgotten,
    correlatedOutage,
    crashLoop,
    diskPressure,
    dnsOutage,
    externalOutage,
    failureTrace,
    kernelHang,
    kubeletCertificate,
    kubeletStop,
    loadBalancerMemberLoss,
    memoryLeak,
    namespaceDeleted,
    networkPartition,
    networkTrouble,
    nodeCrash,
    nodeFailures,
    nodeReboot,
    nodeShutdown,
    nodeSlow,
    podCrash,
    processSignal,
    etcdSlowDisk,
    serverCertificateExpired,
    quotaLowered,
    rackOutage,
    regionOutage,
    registryOutage,
    restartEverything,
    slowPod,
    spotReclaim,
    webhookDown,
    wrongScale,
    zoneOutage,
  ],
  faultContract,
);
