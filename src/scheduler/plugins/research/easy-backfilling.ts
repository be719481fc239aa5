// EASY backfilling: a later pod may go first where it does not delay the pod that has waited longest.
import { z } from 'zod';
import { member } from '../../../lib/family.ts';
import { Happening } from '../../framework/cluster-events.ts';
import type { Handle, Plugin } from '../../framework/interface.ts';
import { Code, success, unschedulable } from '../../framework/status.ts';
import { ById } from '../by-id.ts';
import { Departures } from './departures.ts';
import { RUN_LENGTH_ANNOTATION, runLengthUs } from './run-length.ts';
import type { NodeRow } from '../../../model/rows.ts';
import { precedes, type WaitingPod, WaitingPods } from './waiting-pods.ts';

/** Where and when the pod at the head will fit at the latest; `node` -1 when nobody can say. */
interface Reservation {
  readonly node: NodeRow;
  readonly atUs: number;
}

const NOTHING: Reservation = { node: -1, atUs: Infinity };

/**
 * EASY backfilling (D. Lifka, "The ANL/IBM SP Scheduling System", JSSPP 1995; its rules as in A. Mu'alem and D. Feitelson, "Utilization,
 * Predictability, Workloads, and User Runtime Estimates in Scheduling the IBM SP2 with Backfilling", IEEE TPDS 12, 2001). Of the pods that wait, the one
 * that is first by priority and age has a reservation: the node on which it will fit soonest, and when (the shadow time). A later pod may use
 * that node if it will have ended by then, or if it fits beside the reservation; every other node is free to it.
 *
 * Lengths are what pods say (`wavetank/run-length`, else `activeDeadlineSeconds`), counted from the binding. Where the shadow time hangs on pods that
 * say nothing there is no reservation, and others overtake as they do in kube-scheduler. Later pods are held back only on nodes, by the
 * resources that NodeResourcesFit looks at; the head is retried by the queue's rules, so that it may start a back-off later than its shadow time.
 */
export const easyBackfilling = member({
  name: 'EasyBackfilling',
  summary: `Keeps later pods from delaying the first one that waits; lengths are in the annotation ${RUN_LENGTH_ANNOTATION}.`,
  args: z.strictObject({}),
  create(_args, handle: Handle): Plugin {
    const { cache, reasons } = handle;
    const lengthOf = new ById(runLengthUs);
    const departures = new Departures(cache);
    const waiting = new WaitingPods(handle);
    const reserved = reasons.id(['node(s) were reserved for a pod that has waited longer']);
    let head: WaitingPod | undefined;
    let reservation = NOTHING;

    const reserve = (one: WaitingPod): void => {
      head = one;
      reservation = NOTHING;
      const nowUs = handle.nowUs();
      for (const node of one.nodes) {
        if (cache.present[node] === 0) continue;
        const atUs = departures.earliestFit(one.podClass, node, nowUs);
        // It fits now and was rejected: something else than room keeps it away.
        if (atUs > nowUs && atUs < reservation.atUs) reservation = { node, atUs };
      }
    };

    /** The first of those that wait gets the reservation when the one that had it is gone. */
    const updateHead = (): void => {
      if (head === undefined || waiting.waits(head)) return;
      head = undefined;
      reservation = NOTHING;
      const [first] = waiting.inOrder();
      if (first !== undefined) reserve(first);
    };

    return {
      filter(pod, nodes, verdicts) {
        updateHead();
        const { node, atUs } = reservation;
        if (head === undefined || node < 0 || head.row === pod.row) return;
        if (!precedes(head, waiting.orderOf(pod))) return;
        for (let i = nodes.start; i < nodes.end; i += 1) {
          if (nodes.rows[i] !== node || verdicts.codes[i] !== Code.Success) continue;
          const nowUs = handle.nowUs();
          if (nowUs + lengthOf.get(pod.podClass) <= atUs) continue;
          if (departures.fitBoth(head.podClass, pod.podClass, node, nowUs, atUs)) continue;
          verdicts.reject(i, Code.Unschedulable, reserved);
        }
      },
      postFilter(pod, outcome) {
        updateHead();
        const one = waiting.add(pod, outcome);
        if (head === undefined || head.row === pod.row || precedes(one, head)) reserve(one);
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
