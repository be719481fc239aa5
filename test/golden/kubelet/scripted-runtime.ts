// A container runtime that does what a record's script says, and notes every call as the record does.
import type { Engine } from '../../../src/engine/engine.ts';
import type { ContainerPart, NodeStats } from '../../../src/kubelet/eviction/node-stats.ts';
import type { PodRuntimes } from '../../../src/kubelet/pod-runtimes.ts';
import type {
  ContainerRuntime,
  HookName,
  ProbeName,
  ProbeResult,
  Pull,
  RuntimeExits,
  RuntimeLog,
} from '../../../src/kubelet/runtime.ts';
import type { NodeSignal } from '../../../src/model/settings/kubelet.ts';
import type { ContainerRow, NodeRow, PodRow } from '../../../src/model/rows.ts';
import type { ClusterState } from '../../../src/model/state.ts';
import type { ContainerScript, Entry, RunScript, Script } from './record.ts';

const MS = 1e3;
/** What the rest of a recorded node uses. */
const SYSTEM_BYTES = 512 * 2 ** 20;
/** Exit code of a killed process. */
const KILLED = 137;
const DISK_BYTES = 100 * 2 ** 30;
const PLAIN_PULL_ERROR = 'failed to resolve reference: not found';
const NO_NETWORK =
  'container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized';

export class ScriptedRuntime implements ContainerRuntime, NodeStats {
  readonly separateImages = false;
  error = '';
  output = '';
  probeUs = 0;
  readonly #engine: Engine;
  readonly #state: ClusterState;
  readonly #runtimes: PodRuntimes;
  readonly #exits: RuntimeExits;
  readonly #script: Script;
  readonly #onExit: number;
  readonly #onTerm: number;
  readonly #stats = new Map<string, number>();
  readonly #pulls = new Map<string, number>();
  readonly #tries = new Map<string, number>();
  readonly #calls = new Map<string, number>();
  readonly #loseSandbox: (pod: PodRow) => void;

  constructor(
    engine: Engine,
    state: ClusterState,
    script: Script,
    exits: RuntimeExits,
    runtimes: PodRuntimes,
    loseSandbox: (pod: PodRow) => void,
  ) {
    this.#engine = engine;
    this.#state = state;
    this.#script = script;
    this.#exits = exits;
    this.#runtimes = runtimes;
    this.#loseSandbox = loseSandbox;
    this.#onExit = runtimes.processKind('script.exit', (row, pod) => {
      const { exitCode = 0, reason } = this.#run(row);
      exits.exited(row, pod, exitCode, reason);
    });
    this.#onTerm = runtimes.processKind('script.term', (row, pod) =>
      exits.exited(row, pod, this.#run(row).termCode ?? 0),
    );
  }

  sandboxUs(pod: PodRow): number {
    const { runMs = this.#script.sandboxMs, errs = [] } = this.#script.sandboxes?.[this.#state.podName(pod)] ?? {};
    const error = this.#nextError(`sandbox ${pod}`, errs);
    this.error = error === '' ? '' : `rpc error: code = Unknown desc = ${error}`;
    return runMs * MS;
  }

  /** The recorded runtime knows containers by the name of their pod: those of a later pod of that name are killed with its sandbox. */
  stopSandboxUs(pod: PodRow): number {
    const { pods } = this.#state;
    const name = this.#state.podName(pod);
    for (let other = 0 as PodRow; other < pods.length; other = (other + 1) as PodRow) {
      if (other === pod || pods.alive[other] === 0 || this.#state.podName(other) !== name) continue;
      const first = pods.firstContainer[other];
      for (const index of this.#runtimes.planOf(other).containers.keys())
        this.#exits.exited((first + index) as ContainerRow, other, KILLED);
      this.#loseSandbox(other);
    }
    return this.#script.stopSandboxMs * MS;
  }

  createUs(row: ContainerRow): number {
    const { createMs = this.#script.createMs, createErr = [] } = this.#container(row);
    this.error = this.#nextError(`create ${row}`, createErr);
    return createMs * MS;
  }

  startUs(row: ContainerRow): number {
    const { startMs = this.#script.startMs, startErr = [] } = this.#container(row);
    this.error = this.#nextError(`start ${row}`, startErr);
    return startMs * MS;
  }

  begin(row: ContainerRow): void {
    const { exitAfterMs } = this.#run(row);
    if (exitAfterMs === undefined) return;
    this.#engine.after(exitAfterMs * MS, this.#onExit, row, this.#runtimes.generation[row]);
  }

  terminate(row: ContainerRow, pod: PodRow): void {
    const { termMs = this.#script.termMs, termCode = 0 } = this.#run(row);
    if (termMs === 0) this.#exits.exited(row, pod, termCode);
    else if (termMs > 0) this.#engine.after(termMs * MS, this.#onTerm, row, this.#runtimes.generation[row]);
  }

  gone(): void {
    // Nobody sends requests to it.
  }

  hookUs(row: ContainerRow, pod: PodRow, hook: HookName): number {
    const plan = this.#runtimes.planOf(pod).containers[this.#indexOf(row)];
    const action = plan[hook];
    this.error = '';
    if (action?.command === undefined) return action?.us ?? 0;
    const command = action.command.join(' ');
    const { code = 0, durMs = this.#script.execMs, out = '' } = this.#phase(row, command);
    if (code !== 0) this.error = `command '${command}' exited with ${code}: , message: "${out}"`;
    return durMs * MS;
  }

  probe(row: ContainerRow, pod: PodRow, probe: ProbeName): ProbeResult {
    const kind = ['startup', 'liveness', 'readiness'].indexOf(probe);
    const { command = [], timeoutUs } = this.#runtimes.planOf(pod).containers[this.#indexOf(row)].probes[kind];
    const name = command.join(' ');
    this.probeUs = 0;
    // A probe that errs is tried three times.
    for (let i = 0; i < 3; i += 1) {
      const letter = this.#letter(row, name);
      const { code = 0, durMs = this.#script.execMs, out = '' } = letter === undefined ? this.#phase(row, name) : {};
      const tooSlow = letter === 'T' || durMs * MS > timeoutUs;
      this.probeUs += tooSlow ? timeoutUs : durMs * MS;
      if (letter === 'E') continue;
      const failed = letter === 'F' || code !== 0;
      this.output = tooSlow
        ? `command timed out: "${name}" timed out after ${timeoutUs / 1e6}s`
        : failed
          ? out === ''
            ? 'probe says no'
            : out
          : '';
      return tooSlow || failed ? 'failure' : 'success';
    }
    this.output = 'rpc error: code = Unknown desc = exec failed: cannot enter container';
    return 'error';
  }

  isSteady(): boolean {
    return false;
  }

  /** A recorded statistic: `pod/container`, `disk:pod/container`, `base`, `rootfsAvail`. */
  set(key: string, value: number): void {
    this.#stats.set(key, value);
  }

  containerBytes(part: ContainerPart, pod: PodRow, index: number): number {
    const row = this.#state.pods.firstContainer[pod] + index;
    if (!this.#runtimes.isRunning(row)) return 0;
    const { name } = this.#runtimes.planOf(pod).containers[index];
    const key = `${this.#state.podName(pod)}/${name}`;
    return part === 'logs' ? 0 : (this.#stats.get(part === 'memory' ? key : `disk:${key}`) ?? 0);
  }

  availableBytes(signal: NodeSignal, node: NodeRow): number {
    if (signal !== 'memory') return this.#stats.get('rootfsAvail') ?? Infinity;
    const { pods, nodes } = this.#state;
    let used = this.#stats.get('base') ?? SYSTEM_BYTES;
    for (let pod = 0 as PodRow; pod < pods.length; pod = (pod + 1) as PodRow) {
      if (pods.alive[pod] === 0) continue;
      for (const index of this.#runtimes.planOf(pod).containers.keys())
        used += this.containerBytes('memory', pod, index);
    }
    return (nodes.spec[node].capacity.memory ?? 0) - used;
  }

  volumeBytes(): number {
    return 0;
  }

  capacityBytes(signal: NodeSignal, node: NodeRow): number {
    return signal === 'memory' ? (this.#state.nodes.spec[node].capacity.memory ?? 0) : DISK_BYTES;
  }

  mayFill(): boolean {
    return true;
  }

  pull(image: string): Pull {
    const { pullMs = 0, fail = 0, err, code } = this.#script.images?.[image] ?? {};
    const number = (this.#pulls.get(image) ?? 0) + 1;
    this.#pulls.set(image, number);
    const fails = fail === -1 || number <= fail;
    const message = err ?? `failed to pull and unpack image "${image}": ${PLAIN_PULL_ERROR}`;
    const error = !fails ? '' : code === undefined ? message : `rpc error: code = ${code} desc = ${message}`;
    return { latencyUs: pullMs * MS, layers: [], error };
  }

  runsAsRoot(): boolean {
    return true;
  }

  networkError(_node: NodeRow): string {
    return this.#engine.now < (this.#script.netReadyMs ?? 0) * MS ? NO_NETWORK : '';
  }

  #nextError(key: string, errors: readonly string[]): string {
    const number = this.#tries.get(key) ?? 0;
    this.#tries.set(key, number + 1);
    return errors[number] ?? '';
  }

  #letter(row: ContainerRow, command: string): string | undefined {
    const sequence = this.#run(row).execSeq?.[command];
    if (sequence === undefined || sequence === '') return undefined;
    const key = `${row} ${this.#runtimes.runs[row]?.attempt ?? 0} ${command}`;
    const number = this.#calls.get(key) ?? 0;
    this.#calls.set(key, number + 1);
    return sequence[Math.min(number, sequence.length - 1)];
  }

  #phase(row: ContainerRow, command: string): { code?: number; durMs?: number; out?: string } {
    const phases = this.#run(row).exec?.[command] ?? [];
    const age = (this.#engine.now - (this.#runtimes.runs[row]?.startedAt ?? 0)) / MS;
    return phases.findLast(({ fromMs }) => fromMs <= age) ?? {};
  }

  #run(row: ContainerRow): RunScript {
    const runs = this.#container(row).runs ?? [];
    const attempt = this.#runtimes.runs[row]?.attempt ?? 0;
    return runs[Math.min(attempt, runs.length - 1)] ?? {};
  }

  #container(row: ContainerRow): ContainerScript {
    const pod = this.#runtimes.podOf[row];
    const { name } = this.#runtimes.planOf(pod).containers[this.#indexOf(row)];
    return this.#script.containers?.[`${this.#state.podName(pod)}/${name}`] ?? {};
  }

  #indexOf(row: ContainerRow): number {
    return row - this.#state.pods.firstContainer[this.#runtimes.podOf[row]];
  }
}

/** Notes the calls as entries of a timeline. */
export function runtimeLog(
  engine: Engine,
  state: ClusterState,
  entries: Entry[],
): RuntimeLog & { runtimes?: PodRuntimes } {
  const note = (op: string, pod: PodRow, rest: Partial<Entry>): void => {
    entries.push({ t: engine.now / MS, k: 'cri', op, pod: state.podName(pod), ...rest });
  };
  // The recorded kubelets found no log directories, by which a real one counts on when it has removed a container.
  const begunAnew = new Map<number, number>();
  const log: RuntimeLog & { runtimes?: PodRuntimes } = {
    sandbox: (pod, attempt, us) => note('RunPodSandbox', pod, { attempt, dur: us / MS }),
    sandboxStopped: (pod, us) => note('StopPodSandbox', pod, { dur: us / MS }),
    created: (row, attempt, us) => container('CreateContainer', row, { attempt, dur: us / MS }),
    started: (row, attempt, us) => container('StartContainer', row, { attempt, dur: us / MS }),
    stopping: (row, attempt, timeoutUs) => container('StopContainer', row, { attempt, timeout: timeoutUs / 1e6 }),
    stopped: (row, attempt, us) => container('StopContainer.return', row, { attempt, dur: us / MS }),
    removed: (row, attempt) => {
      container('RemoveContainer', row, { attempt });
      begunAnew.delete(row);
    },
    reset: (row, attempt) => {
      container('RemoveContainer', row, { attempt });
      begunAnew.set(row, attempt + 1);
    },
    executed: (row, attempt, cmd, us) => container('ExecSync', row, { attempt, cmd, dur: us / MS }),
    pulled: (image, pod, us) => note('PullImage', pod, { image, dur: us / MS }),
  };
  function container(op: string, row: number, { attempt = 0, ...rest }: Partial<Entry>): void {
    const pod = log.runtimes?.podOf[row] as PodRow;
    const plan = log.runtimes?.planOf(pod).containers[row - state.pods.firstContainer[pod]];
    note(op, pod, { c: plan?.name ?? '', attempt: attempt - (begunAnew.get(row) ?? 0), ...rest });
  }
  return log;
}
