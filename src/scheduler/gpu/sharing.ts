// Hot dialect: what every plugin for GPUs does: rejects nodes without the devices that a pod wants, and reserves them.
import { GPU_COUNT, GPU_MILLI, gpuCount } from '../../model/parse/gpu-request.ts';
import { Happening } from '../framework/cluster-events.ts';
import type { Handle, Plugin } from '../framework/interface.ts';
import type { PodInfo } from '../framework/pod-info.ts';
import { Code, skip, success, unschedulable } from '../framework/status.ts';
import { type DeviceRequest, gpuDevices } from './devices.ts';
import type { NodeRow, PodRow } from '../../model/rows.ts';

/** Bits of the devices that the pod shall hold; -1 leaves it to the best fit. The pod's cpu is charged to the node already, its devices are not. */
export type DeviceChoice = (pod: PodInfo, node: NodeRow, request: DeviceRequest) => number;

interface Sharing
  extends Required<Pick<Plugin, 'local' | 'preFilter' | 'filter' | 'reserve' | 'unreserve' | 'registrations'>> {
  /** In a dry run a pod (its row) came to the node or left it. */
  addPod(pod: PodInfo, other: PodRow, node: NodeRow): void;
  removePod(pod: PodInfo, other: PodRow, node: NodeRow): void;
}

/**
 * Filter, device assignment and hints. Shares take the device with the least left that is enough, unless `choose` says otherwise; whole
 * devices are all alike, so pods take the first ones that are free. A profile may have several such plugins: one that chooses decides.
 */
export function sharing({ cache, reasons }: Handle, choose?: DeviceChoice): Sharing {
  const devices = gpuDevices(cache);
  const lacks = reasons.id([`Insufficient ${GPU_MILLI}`]);
  const tooFew = reasons.id([`Insufficient ${GPU_COUNT}`]);
  const { classes } = cache.state;
  const otherModel = reasons.id(["node(s) didn't match the pod's GPU model"]);
  return {
    local: true,
    preFilter(pod) {
      devices.workload.note(pod);
      return devices.requestOf(pod.podClass).count === 0 ? skip : success;
    },
    addPod: (_pod, other, node) => devices.addTentatively(other, classes.get(cache.podClass[other]), node),
    removePod: (_pod, other, node) => devices.removeTentatively(other, classes.get(cache.podClass[other]), node),
    filter(pod, nodes, verdicts) {
      const request = devices.requestOf(pod.podClass);
      const { codes } = verdicts;
      const { rows } = nodes;
      for (let i = nodes.start; i < nodes.end; i += 1) {
        if (codes[i] !== Code.Success) continue;
        const node = rows[i];
        // A node without enough devices, or with others, will not do however many pods leave it.
        if (devices.count[node] < request.count) {
          verdicts.reject(i, Code.UnschedulableAndUnresolvable, tooFew);
        } else if (!devices.suits(request, node)) {
          verdicts.reject(i, Code.UnschedulableAndUnresolvable, otherModel);
        } else if (devices.fitting(request, node) < request.count) {
          verdicts.reject(i, Code.Unschedulable, lacks);
        }
      }
    },
    reserve(pod, node) {
      const request = devices.requestOf(pod.podClass);
      const chooses = choose !== undefined && request.kind === 0;
      if (request.count === 0 || (!chooses && devices.heldBy(pod.row) !== 0)) return success;
      devices.release(pod.row, pod.podClass);
      const chosen = chooses ? choose(pod, node, request) : -1;
      const bits = chosen > 0 ? chosen : devices.bestFit(request, node);
      if (bits < 0) return unschedulable(`Insufficient ${GPU_MILLI}`);
      devices.take(pod.row, pod.podClass, node, bits);
      return success;
    },
    unreserve(pod) {
      devices.release(pod.row, pod.podClass);
    },
    registrations: [
      {
        events: Happening.AssignedPodDelete,
        hint: (_pod, event) => devices.requestOf(classes.get(event.oldPodClass)).count > 0,
      },
      {
        events: Happening.NodeAdd | Happening.NodeAllocatable | Happening.NodeLabels,
        hint: (pod, event) =>
          gpuCount(cache.allocatableSets.get(cache.allocatable[event.node])) >= devices.requestOf(pod.podClass).count,
      },
    ],
  };
}
