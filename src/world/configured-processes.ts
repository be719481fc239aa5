// Processes that read their configuration, where any image's behaviour depends on it.
import type { ApiServer } from '../api/server.ts';
import type { Engine } from '../engine/engine.ts';
import { ConfiguredProcesses } from '../kubelet/configured-processes.ts';
import type { Processes } from '../model/ports/processes.ts';
import type { Machinery, Slowness } from '../model/ports/troubles.ts';
import { behaviorOf, hasConfig } from '../scenario/behaviors.ts';
import type { Scenario } from '../scenario/scenario.ts';

export function withConfig(
  processes: Processes,
  engine: Engine,
  api: ApiServer,
  scenario: Scenario,
  slowness: Slowness,
  machinery: () => Pick<Machinery, 'crashContainer'>,
): Processes {
  if (!hasConfig(scenario)) return processes;
  const effectsOf = (image: string) => behaviorOf(scenario, image).config;
  const atOnce = scenario.kubelet.relistPeriodUs === 0;
  return new ConfiguredProcesses(engine, api, processes, effectsOf, slowness, machinery, atOnce);
}
