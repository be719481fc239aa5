// The cgroup of a pod: its weight, the slice that it is in, and the containers in it that run.
import { milliOfShares, podCgroup, weightOfShares } from '../../model/cpu-cgroup.ts';
import type { PodClass } from '../../model/pod-class.ts';
import type { QosClass } from '../../model/resources.ts';
import type { PodRow } from '../../model/rows.ts';
import type { Bandwidth } from './bandwidth.ts';
import type { Cgroup } from './cgroup.ts';
import { Share } from './share.ts';

export class PodGroup extends Share {
  readonly pod: PodRow;
  readonly epoch: number;
  podClass: PodClass;
  readonly qos: QosClass;
  /** What it adds to the weight of its slice. */
  requestMilli: number;
  /** What limits the containers together that have no limit of their own; 0 for nothing. */
  quotaUs: number;
  bandwidth: Bandwidth | undefined;
  /** By container. */
  readonly cgroups: (Cgroup | undefined)[] = [];
  /** Containers whose process runs. */
  running = 0;
  /** While capacity is divided: how many of its containers want some, and the last one of them. */
  active = 0;
  only: Cgroup | undefined;

  constructor(pod: PodRow, epoch: number, podClass: PodClass) {
    const { qos, shares, quotaUs = 0 } = podCgroup(podClass.spec);
    super(weightOfShares(shares));
    this.pod = pod;
    this.epoch = epoch;
    this.podClass = podClass;
    this.qos = qos;
    this.requestMilli = milliOfShares(shares);
    this.quotaUs = quotaUs;
  }

  /** It has other requests and limits; its class of quality of service stays. */
  resize(podClass: PodClass): void {
    const { shares, quotaUs = 0 } = podCgroup(podClass.spec);
    this.podClass = podClass;
    this.weight = weightOfShares(shares);
    this.requestMilli = milliOfShares(shares);
    this.quotaUs = quotaUs;
  }
}
