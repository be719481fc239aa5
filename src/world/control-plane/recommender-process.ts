// The recommender of the vertical pod autoscaler, where processes may die: one that has ended is started again and goes on from its checkpoints.
import { ProcessClient, ProcessConnection } from '../../api/process-connection.ts';
import type { ApiServer } from '../../api/server.ts';
import type { Processes } from '../../control-plane/processes.ts';
import { restartDelays } from '../../control-plane/restart-delays.ts';
import { SupervisedProcess } from '../../control-plane/supervised-process.ts';
import { Samplers } from '../../engine/distributions.ts';
import type { Engine } from '../../engine/engine.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import type { VerticalPodAutoscaler } from '../../vertical-autoscaler/vertical-pod-autoscaler.ts';

/** What faults call it. It runs on no machine of the control plane: it is a pod of a Deployment, which the run does not show. */
const NAME = 'vpa-recommender';

export function startRecommenderProcess(
  engine: Engine,
  api: ApiServer,
  processes: Processes,
  { controlPlane: { processes: settings }, kubelet }: Scenario,
  autoscaler: VerticalPodAutoscaler,
): void {
  const samplers = new Samplers();
  const start = samplers.add(settings.start);
  const random = engine.stream(`process ${NAME}`);
  const client = new ProcessClient(api, NAME, NAME);
  const process = new SupervisedProcess(engine, {
    name: NAME,
    component: NAME,
    machine: NAME,
    zone: '',
    first: true,
    startUs: () => Math.round(samplers.draw(start, random)),
    restartUs: restartDelays(settings.restartUs, kubelet.crashLoopBackOff),
    main(life) {
      const connection = new ProcessConnection(client, life);
      autoscaler.recommend(life, connection, life.ordinal);
      connection.list();
      return { leads: true };
    },
  });
  processes.register(process);
  process.run();
}
