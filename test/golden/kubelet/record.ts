// What the kubelet's recordings hold: a script for its runtime, actions, and the timeline that followed.

export interface KubeletRecord {
  readonly id: string;
  readonly group: string;
  readonly note: string;
  readonly kubelet: Readonly<Record<string, unknown>>;
  readonly node: { readonly cores?: number; readonly memoryBytes?: number };
  readonly kubeletStartMs: number;
  readonly objects?: readonly StoredObject[];
  readonly script: Script;
  readonly actions: readonly Action[];
  readonly endMs: number;
  readonly timeline: readonly Entry[];
  /** What the same kubelet did in two more runs. */
  readonly repeats?: readonly (readonly Entry[])[];
}

export interface StoredObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

export interface Script {
  readonly sandboxMs: number;
  readonly createMs: number;
  readonly startMs: number;
  readonly stopSandboxMs: number;
  readonly execMs: number;
  readonly termMs: number;
  readonly netReadyMs?: number;
  readonly containers?: Readonly<Record<string, ContainerScript>>;
  readonly images?: Readonly<Record<string, ImageScript>>;
  readonly sandboxes?: Readonly<Record<string, { readonly runMs?: number; readonly errs?: readonly string[] }>>;
}

export interface ContainerScript {
  readonly startMs?: number;
  readonly createMs?: number;
  readonly startErr?: readonly string[];
  readonly createErr?: readonly string[];
  readonly runs?: readonly RunScript[];
}

export interface RunScript {
  readonly exitAfterMs?: number;
  readonly exitCode?: number;
  readonly reason?: string;
  readonly termMs?: number;
  readonly termCode?: number;
  readonly exec?: Readonly<Record<string, readonly ExecPhase[]>>;
  readonly execSeq?: Readonly<Record<string, string>>;
}

export interface ExecPhase {
  readonly fromMs: number;
  readonly code?: number;
  readonly durMs?: number;
  readonly out?: string;
}

export interface ImageScript {
  readonly present?: boolean;
  readonly pullMs?: number;
  readonly size?: number;
  /** First n pulls fail; -1 all. */
  readonly fail?: number;
  readonly err?: string;
  readonly code?: string;
}

export interface Action {
  readonly t: number;
  readonly op: string;
  readonly pod?: string;
  readonly c?: string;
  readonly val?: number;
  readonly key?: string;
  readonly grace?: number;
  readonly obj?: { readonly kind?: string; readonly metadata: { readonly name: string }; readonly spec?: object };
}

/** An entry of a timeline: ours and theirs. */
export interface Entry {
  readonly t: number;
  readonly k: string;
  readonly op?: string;
  readonly pod?: string;
  readonly c?: string;
  readonly attempt?: number;
  readonly dur?: number;
  readonly timeout?: number;
  readonly err?: string;
  readonly image?: string;
  readonly cmd?: string;
  readonly res?: string;
  readonly code?: number;
  readonly phase?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly object?: string;
  readonly conditions?: readonly Condition[] | readonly string[];
  readonly init?: readonly ContainerEntry[];
  readonly containers?: readonly ContainerEntry[];
}

export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
}

export interface ContainerEntry {
  readonly name: string;
  readonly ready: boolean;
  readonly started?: boolean;
  readonly restartCount: number;
  readonly state: StateEntry;
  readonly last?: StateEntry;
}

export interface StateEntry {
  readonly running?: object;
  readonly waiting?: { readonly reason: string; readonly message?: string };
  readonly terminated?: { readonly exitCode: number; readonly reason?: string; readonly message?: string };
}
