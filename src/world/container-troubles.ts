// What faults do to processes concerns their kubelet and the requests that they serve.
import type { NodeAgents } from '../kubelet/node-agents.ts';
import type { ProcessTroubles } from '../model/ports/troubles.ts';
import type { Traffic } from '../traffic/traffic.ts';
import type { ProcessContainers } from './control-plane/process-containers.ts';

const NOTHING = (): void => undefined;

export function containerTroubles(
  { troubles }: NodeAgents,
  traffic: Traffic,
  processes: ProcessContainers | undefined,
): ProcessTroubles {
  return {
    hang(pod, epoch, container) {
      const ends = [
        troubles?.hang(pod, epoch, container),
        traffic.hang(pod, epoch, container),
        processes?.hang(pod, container),
      ];
      return () => {
        for (const end of ends) end?.();
      };
    },
    crashLoop: (pod, epoch, container, afterUs, exitCode) =>
      troubles?.crashLoop(pod, epoch, container, afterUs, exitCode) ?? NOTHING,
    leak: (pod, epoch, container, bytesPerSecond) => troubles?.leak(pod, epoch, container, bytesPerSecond) ?? NOTHING,
  };
}
