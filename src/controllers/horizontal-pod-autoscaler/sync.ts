// One sync of a HorizontalPodAutoscaler from the scale that it finds to the status that it leaves; who reads and writes is not its matter.
import type { HorizontalPodAutoscalerSpec, HorizontalPodAutoscalerStatus } from 'kubernetes-types/autoscaling/v2.js';
import { timestamp } from '../../lib/timestamp.ts';
import { Conditions } from './conditions.ts';
import { type AutoscalerRules, type Decision, decide, type Scaling } from './decision.ts';
import type { AutoscalerHistory } from './history.ts';

export interface Autoscaler {
  readonly namespace: string;
  readonly spec: HorizontalPodAutoscalerSpec;
  readonly status: Partial<HorizontalPodAutoscalerStatus> | undefined;
}

/** spec.replicas and status.replicas of the target. */
export type FoundScale = Pick<Scaling, 'current' | 'observed'>;

export class Sync {
  readonly #autoscaler: Autoscaler;
  readonly #history: AutoscalerHistory;
  readonly #conditions: Conditions;
  #status: HorizontalPodAutoscalerStatus;

  constructor(autoscaler: Autoscaler, history: AutoscalerHistory, nowUs: number) {
    this.#autoscaler = autoscaler;
    this.#history = history;
    this.#conditions = new Conditions(autoscaler.status?.conditions ?? [], nowUs);
    this.#status = { desiredReplicas: 0, ...autoscaler.status };
  }

  /** The target, or its scale, is not there. */
  lost(message: string): void {
    const sentence = `the HPA controller was unable to get the target's current scale: ${message}`;
    this.#conditions.set('AbleToScale', false, 'FailedGetScale', sentence);
  }

  decide(
    scale: FoundScale,
    measures: Pick<Scaling, 'pods' | 'problem' | 'apis'>,
    rules: AutoscalerRules,
    nowUs: number,
  ): Decision {
    const { namespace, spec } = this.#autoscaler;
    const message = "the HPA controller was able to get the target's current scale";
    this.#conditions.set('AbleToScale', true, 'SucceededGetScale', message);
    this.#history.begin(scale.current, nowUs);
    const decision = decide({ namespace, spec, ...scale, ...measures, nowUs }, rules, this.#history, this.#conditions);
    const { desiredReplicas, lastScaleTime } = this.#status;
    this.#status = {
      currentReplicas: scale.current,
      desiredReplicas: decision.replicas === undefined ? desiredReplicas : scale.current,
      ...(lastScaleTime === undefined ? {} : { lastScaleTime }),
      ...(decision.metrics === undefined ? {} : { currentMetrics: [...decision.metrics] }),
    };
    return decision;
  }

  /** The target was scaled to so many replicas. */
  rescaled(from: number, to: number, nowUs: number): void {
    const message = `the HPA controller was able to update the target scale to ${to}`;
    this.#conditions.set('AbleToScale', true, 'SucceededRescale', message);
    this.#history.scaled(from, to, this.#autoscaler.spec.behavior, nowUs);
    this.#status = { ...this.#status, desiredReplicas: to, lastScaleTime: timestamp(nowUs) };
  }

  /** The API server has refused that. */
  refused(message: string): void {
    const sentence = `the HPA controller was unable to update the target scale: ${message}`;
    this.#conditions.set('AbleToScale', false, 'FailedUpdateScale', sentence);
    this.#status = { ...this.#status, desiredReplicas: this.#autoscaler.status?.desiredReplicas ?? 0 };
  }

  get status(): HorizontalPodAutoscalerStatus {
    return { ...this.#status, conditions: [...this.#conditions.list] };
  }
}
