// A Rollout that references missing objects: its status says InvalidSpec, and it is requeued.
import type { Steps } from '../kit/sync.ts';
import { patchConditions } from './pause-conditions.ts';
import { ConditionType, Reason } from './rollout-conditions.ts';
import { condition, findCondition } from '../kit/progress-conditions.ts';
import type { RolloutAnalysis } from './rollout-objects.ts';
import type { RolloutSync } from './rollout-sync.ts';

const LOOK_AGAIN_US = 20e6;

/** Why the spec is invalid: a Service, a template of an analysis or an object of a router does not exist. */
export function missingReference(work: RolloutSync): string | undefined {
  return missingService(work) ?? missingTemplate(work) ?? work.port.missingRouterObject(work.rollout);
}

function missingTemplate({ rollout, port }: RolloutSync): string | undefined {
  const { canary, blueGreen } = rollout.spec.strategy;
  const analyses: (readonly [string, RolloutAnalysis | undefined])[] = [
    ['blueGreen.prePromotionAnalysis', blueGreen?.prePromotionAnalysis],
    ['blueGreen.postPromotionAnalysis', blueGreen?.postPromotionAnalysis],
    ...(canary?.steps ?? []).map(({ analysis }, i) => [`canary.steps[${i}].analysis`, analysis] as const),
    ['canary.analysis', canary?.analysis],
  ];
  for (const [field, analysis] of analyses) {
    for (const one of analysis?.templates ?? []) {
      const missing = port.missingTemplate(rollout.metadata.namespace, [one]);
      if (missing === undefined) continue;
      return `spec.strategy.${field}.templates: Invalid value: "${one.templateName}": ${missing}`;
    }
  }
  return undefined;
}

function missingService({ rollout, port }: RolloutSync): string | undefined {
  const { canary, blueGreen } = rollout.spec.strategy;
  const named = {
    'blueGreen.activeService': blueGreen?.activeService,
    'blueGreen.previewService': blueGreen?.previewService,
    'canary.stableService': canary?.stableService,
    'canary.canaryService': canary?.canaryService,
    'canary.pingPong.pingService': canary?.pingPong?.pingService,
    'canary.pingPong.pongService': canary?.pingPong?.pongService,
  };
  for (const [field, name = ''] of Object.entries(named)) {
    if (name === '' || port.findService(name) !== undefined) continue;
    return `spec.strategy.${field}: Invalid value: "${name}": service "${name}" not found`;
  }
  return undefined;
}

export function* noteInvalid(work: RolloutSync, why: string): Steps {
  const { rollout, port } = work;
  const message = `The Rollout "${rollout.metadata.name}" is invalid: ${why}`;
  port.syncAfter(LOOK_AGAIN_US);
  if (findCondition(rollout.status?.conditions, ConditionType.InvalidSpec)?.message === message) return;
  const next = condition(port.nowUs, ConditionType.InvalidSpec, 'True', Reason.InvalidSpec, message);
  yield* patchConditions(work, [next]);
}
