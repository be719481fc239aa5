// What schedulers may ask beside the API server: measured loads, what nodes cost, and what extenders have answered.
import type { Engine } from '../engine/engine.ts';
import { InputError } from '../lib/errors.ts';
import type { ExtenderCalls } from '../model/ports/extenders.ts';
import type { ResourceMetrics } from '../model/ports/metrics-apis.ts';
import { type ExtenderAnswers, questionKey } from '../model/settings/extenders.ts';
import type { ClusterState } from '../model/state.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { SchedulerPorts } from '../scheduler/framework/interface.ts';
import { Tariffs } from './costs/tariffs.ts';

/** Who answers in place of others. */
export interface StandIns {
  /** In place of metrics-server, as a fake one did when a recording was made. */
  readonly resourceMetrics?: ResourceMetrics;
  /** In place of what is recorded of scheduler extenders. */
  readonly extenderCalls?: ExtenderCalls;
}

/** Nothing is made before a plugin asks. `extenders` answer while they are recorded. */
export function schedulerPorts(
  engine: Engine,
  state: ClusterState,
  scenario: Scenario,
  resourceMetrics: () => ResourceMetrics,
  extenders: ExtenderCalls | undefined,
): SchedulerPorts {
  return {
    resourceMetrics,
    tariffs: () => new Tariffs(state, scenario).present(() => engine.now),
    extenders: extenders ?? recorded(scenario.scheduler.extenderAnswers ?? new Map()),
  };
}

const RECORD =
  'record them: `wavetank record-extenders SCENARIO --out answers.ndjson`, and name the file in spec.scheduler.extenderAnswers';

function recorded(answers: ExtenderAnswers): ExtenderCalls {
  return {
    post(url, body) {
      const answer = answers.get(questionKey(url, body));
      if (answer !== undefined) return answer;
      const pod = (
        body as { readonly Pod?: { readonly metadata?: { readonly namespace?: string; readonly name?: string } } }
      ).Pod;
      const about = pod === undefined ? '' : ` about pod ${pod.metadata?.namespace}/${pod.metadata?.name}`;
      throw new InputError(`the extender at ${url} is asked${about}, and no answer to that is recorded: ${RECORD}`);
    },
  };
}
