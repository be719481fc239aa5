// Conservative backfilling: a later pod may go first where it delays none of those that have waited longer.
import { z } from 'zod';
import { member } from '../../../lib/family.ts';
import { Happening } from '../../framework/cluster-events.ts';
import type { Handle, Plugin } from '../../framework/interface.ts';
import { Code, success, unschedulable } from '../../framework/status.ts';
import { ById } from '../by-id.ts';
import { Departures } from './departures.ts';
import { Reservations } from './reservations.ts';
import { RUN_LENGTH_ANNOTATION, runLengthUs } from './run-length.ts';
import { precedes, WaitingPods } from './waiting-pods.ts';

/**
 * Conservative backfilling (A. Mu'alem and D. Feitelson, "Utilization, Predictability, Workloads, and User Runtime Estimates in Scheduling the IBM SP2
 * with Backfilling", IEEE TPDS 12, 2001, section 2): every pod that waits has a reservation, in the order of priority and age, and a later one
 * moves forward only if it delays none of them. The plan is made anew from what runs and who waits whenever somebody asks, in that order: where a pod ends
 * before the time that it said, all reservations move forward (compression).
 *
 * Lengths are as with EasyBackfilling. A pod whose start hangs on pods that say nothing has no reservation. Later pods are held back by the resources that
 * NodeResourcesFit looks at. The cost of a plan is pods that wait, times nodes, times what runs and is reserved on each.
 */
export const conservativeBackfilling = member({
  name: 'ConservativeBackfilling',
  summary: `Keeps later pods from delaying any of those that wait; lengths are in the annotation ${RUN_LENGTH_ANNOTATION}.`,
  args: z.strictObject({}),
  create(_args, handle: Handle): Plugin {
    const { cache, reasons } = handle;
    const lengthOf = new ById(runLengthUs);
    const departures = new Departures(cache);
    const waiting = new WaitingPods(handle);
    const reservations = new Reservations(departures, (podClass) => lengthOf.get(podClass));
    const reserved = reasons.id(['node(s) were reserved for pods that have waited longer']);
    let planned = '';

    const plan = (nowUs: number): void => {
      const now = `${nowUs} ${cache.changes} ${waiting.changes}`;
      if (planned === now) return;
      planned = now;
      reservations.plan(waiting.inOrder(), nowUs);
    };

    return {
      filter(pod, nodes, verdicts) {
        if (waiting.size === 0) return;
        const nowUs = handle.nowUs();
        const order = waiting.orderOf(pod);
        const lengthUs = lengthOf.get(pod.podClass);
        plan(nowUs);
        for (let i = nodes.start; i < nodes.end; i += 1) {
          if (verdicts.codes[i] !== Code.Success) continue;
          const before = reservations.leavesRoom(pod.podClass, lengthUs, nodes.rows[i], nowUs, (other) =>
            other.row === pod.row ? false : precedes(other, order),
          );
          if (!before) verdicts.reject(i, Code.Unschedulable, reserved);
        }
      },
      postFilter(pod, outcome) {
        const nowUs = handle.nowUs();
        const { verdicts } = outcome;
        waiting.add(
          pod,
          outcome,
          // It fits now and another plugin rejected it: something else than room keeps it away.
          (node, at) => verdicts.reasons[at] === reserved || !departures.fits([pod.podClass.shape], node, nowUs, nowUs),
        );
        return unschedulable();
      },
      reserve(pod) {
        waiting.delete(pod.row);
        departures.set(pod.row, pod.epoch, handle.nowUs() + lengthOf.get(pod.podClass));
        return success;
      },
      unreserve(pod) {
        departures.set(pod.row, pod.epoch, Infinity);
      },
      registrations: [
        {
          events:
            Happening.AssignedPodAdd | Happening.AssignedPodDelete | Happening.NodeAdd | Happening.NodeAllocatable,
        },
      ],
    };
  },
});
