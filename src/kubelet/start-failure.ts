// Why a container was not started.
import type { ContainerReason } from '../model/containers.ts';

/** A crash back-off says when it will be over, µs. */
export interface StartFailure {
  readonly reason: ContainerReason;
  readonly message: string;
  readonly untilUs?: number;
}
