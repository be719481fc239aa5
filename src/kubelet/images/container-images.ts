// Whether a container's image is on its node, may be pulled, and what is said of it (the kubelet's image manager).
import type { Engine } from '../../engine/engine.ts';
import type { ContainerReason } from '../../model/containers.ts';
import type { PodRow } from '../../model/rows.ts';
import type { ClusterState } from '../../model/state.ts';
import { duration } from '../durations.ts';
import type { PodEvents } from '../pod-events.ts';
import type { ContainerPlan } from '../runtime-plan.ts';
import type { StartFailure } from '../start-failure.ts';
import { ImageBackOff } from './image-back-off.ts';
import type { Images } from './images.ts';
import type { PullResult } from './node-pulls.ts';
import type { PullSecrets } from './pull-secrets.ts';

interface PulledMessage {
  readonly us: number;
  readonly waitedUs: number;
  readonly message: string;
}

export class ContainerImages {
  readonly #engine: Engine;
  readonly #state: ClusterState;
  readonly #images: Images;
  readonly #secrets: PullSecrets;
  readonly #events: PodEvents;
  readonly #backOff = new ImageBackOff();
  /** What was said last of a pull: where images are there, all take as long. */
  readonly #pulledMessages = new Map<ContainerPlan, PulledMessage>();

  constructor(engine: Engine, state: ClusterState, images: Images, secrets: PullSecrets, events: PodEvents) {
    this.#engine = engine;
    this.#state = state;
    this.#images = images;
    this.#secrets = secrets;
    this.#events = events;
  }

  forget(pod: PodRow): void {
    this.#backOff.forget(pod);
  }

  /** One of a private registry that was pulled with a secret is for pods that have one (`NeverVerifyPreloadedImages`). */
  isPresent(pod: PodRow, { image, pullAlways, isPrivate }: ContainerPlan): boolean {
    if (pullAlways || !this.#images.isPresent(image, this.#state.pods.node[pod])) return false;
    return !isPrivate || this.#images.isCached(image) || this.#secrets.hasOne(pod);
  }

  /** Why the image can be neither used nor pulled now; says so if it is there, and if it will be pulled. */
  failure(pod: PodRow, plan: ContainerPlan, isPresent: boolean): StartFailure | undefined {
    const { image, imageNameError, messages } = plan;
    if (imageNameError !== undefined) {
      this.#events.pod('Warning', 'InspectFailed', imageNameError, pod);
      return this.#failed(pod, 'InvalidImageName', imageNameError);
    }
    if (isPresent) {
      this.#events.pod('Normal', 'Pulled', messages.present, pod);
      return undefined;
    }
    if (plan.pullNever) {
      this.#events.pod('Warning', 'ErrImageNeverPull', messages.neverPulled, pod);
      return this.#failed(pod, 'ErrImageNeverPull', messages.neverPulled);
    }
    const held = this.#backOff.holds(pod, image, this.#engine.now);
    if (held !== undefined) {
      const message = `Back-off pulling image "${image}"`;
      this.#events.pod('Normal', 'BackOff', message, pod);
      return this.#failed(pod, 'ImagePullBackOff', `${message}: ErrImagePull: ${held}`);
    }
    this.#events.pod('Normal', 'Pulling', messages.pulling, pod);
    return undefined;
  }

  /** Says how a pull has ended; why it failed, if it did. */
  pulled(pod: PodRow, plan: ContainerPlan, result: PullResult): StartFailure | undefined {
    const { error } = result;
    if (error === '') {
      this.#events.pod('Normal', 'Pulled', this.#pulledMessage(plan, result), pod);
      return undefined;
    }
    const { image } = plan;
    this.#backOff.failed(pod, image, this.#engine.now, error);
    this.#events.pod('Warning', 'Failed', `Failed to pull image "${image}": ${error}`, pod);
    return this.#failed(pod, 'ErrImagePull', error);
  }

  #pulledMessage(plan: ContainerPlan, { us, waitedUs }: PullResult): string {
    const last = this.#pulledMessages.get(plan);
    if (last !== undefined && last.us === us && last.waitedUs === waitedUs) return last.message;
    const took = `in ${duration(milliseconds(us))} (${duration(milliseconds(waitedUs))} including waiting)`;
    const size = `Image size: ${plan.imageSizeBytes} bytes.`;
    const message = `Successfully pulled image "${plan.image}" ${took}. ${size}`;
    this.#pulledMessages.set(plan, { us, waitedUs, message });
    return message;
  }

  #failed(pod: PodRow, reason: ContainerReason, message: string): StartFailure {
    this.#events.pod('Warning', 'Failed', `Error: ${reason}`, pod);
    return { reason, message };
  }
}

function milliseconds(us: number): number {
  return Math.floor(us / 1e3) * 1e3;
}
