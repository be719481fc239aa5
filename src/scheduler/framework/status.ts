// What an extension point answers: Kubernetes' status codes, with reasons where a pod was rejected.

/** fwk.Code of kube-scheduler, by its numbers. */
export const Code = {
  Success: 0,
  /** A bug or a failed write: the pod is tried again after its back-off. */
  Error: 1,
  /** Preempting other pods might help. */
  Unschedulable: 2,
  /** Nothing that happens to other pods will help. */
  UnschedulableAndUnresolvable: 3,
  /** Permit only: the pod waits. */
  Wait: 4,
  /** PreFilter, PreScore, Bind: this plugin has nothing to do with the pod. */
  Skip: 5,
} as const;

export const codeNames = ['Success', 'Error', 'Unschedulable', 'UnschedulableAndUnresolvable', 'Wait', 'Skip'] as const;

export interface Status {
  readonly code: number;
  readonly reasons: readonly string[];
}

export const success: Status = { code: Code.Success, reasons: [] };
export const skip: Status = { code: Code.Skip, reasons: [] };

export function unschedulable(...reasons: string[]): Status {
  return { code: Code.Unschedulable, reasons };
}

export function unresolvable(...reasons: string[]): Status {
  return { code: Code.UnschedulableAndUnresolvable, reasons };
}

export function failed(...reasons: string[]): Status {
  return { code: Code.Error, reasons };
}

/** True for a code that rejects the pod, as opposed to an error. */
export function rejects(code: number): boolean {
  return code === Code.Unschedulable || code === Code.UnschedulableAndUnresolvable;
}
