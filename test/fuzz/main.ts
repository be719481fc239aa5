// The command `npm run fuzz`: so many random scenarios of a seed, on all processors, and what is wrong with some of them.
import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { describeFinding, type Finding, tryOne } from './fuzz.ts';

interface Order {
  readonly seed: number;
  readonly from: number;
  readonly to: number;
}

/** What a thread says of an order: what it found, if anything. */
type Answer = readonly Finding[];

/** Scenarios that a thread is given at a time. */
const BATCH = 5;
const EVERY_MS = 10_000;
/** Different bugs after which it stops. */
const MOST_FINDINGS = 10;

if (!isMainThread) {
  parentPort?.on('message', ({ seed, from, to }: Order) => {
    const found: Finding[] = [];
    for (let index = from; index < to; index += 1) {
      const finding = tryOne(seed, index);
      if (finding !== undefined) found.push(finding);
    }
    parentPort?.postMessage(found satisfies Answer, []);
  });
}

/** Numbers and names of a message are not what tells one bug from another. */
function kindOf({ message }: Finding): string {
  return message
    .split('\n')[0]
    .replaceAll(/[\d.]+/g, '#')
    .replaceAll(/-[a-z0-9]{5}\b/g, '-*');
}

/** The exit code: 0 when all scenarios are right, 1 when one is not, 2 for wrong options. */
export async function main(argv: readonly string[], self: URL): Promise<number> {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      count: { type: 'string', default: '1000' },
      from: { type: 'string', default: '0' },
      seed: { type: 'string', default: String(Date.now() % 1e6) },
      threads: { type: 'string', default: String(availableParallelism()) },
    },
  });
  const [count, first, seed, threads] = [values.count, values.from, values.seed, values.threads].map(Number);
  if ([count, first, seed, threads].some((one) => !Number.isSafeInteger(one) || one < 0) || count < 1 || threads < 1) {
    process.stderr.write('fuzz: expected whole numbers, as in --count 1000 --seed 1 --from 0 --threads 2\n');
    return 2;
  }
  const started = performance.now();
  const findings = new Map<string, Finding>();
  let next = first;
  let done = 0;
  const end = first + count;
  const pace = (): string => {
    const seconds = (performance.now() - started) / 1000;
    const { user, system } = process.cpuUsage();
    const each = done === 0 ? '' : `, ${((user + system) / 1e6 / done).toFixed(2)} s of CPU each`;
    return `${done} scenarios in ${seconds.toFixed(0)} s, ${Math.round((done / seconds) * 3600)} an hour${each}`;
  };
  const progress = setInterval(() => process.stderr.write(`${pace()}\n`), EVERY_MS);
  const serve = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const worker = new Worker(self);
      const give = (): void => {
        if (next >= end || findings.size >= MOST_FINDINGS) {
          void worker.terminate().then(() => resolve());
          return;
        }
        const to = Math.min(end, next + BATCH);
        worker.postMessage({ seed, from: next, to } satisfies Order, []);
        worker.once('message', (answer: Answer) => {
          for (const finding of answer) told(finding, findings);
          done += to - from;
          give();
        });
        const from = next;
        next = to;
      };
      worker.once('error', reject);
      give();
    });
  await Promise.all(Array.from({ length: Math.min(threads, count) }, serve));
  clearInterval(progress);
  process.stderr.write(`${pace()}\n`);
  if (findings.size === 0) process.stdout.write(`${count} scenarios of seed ${seed} are right\n`);
  return findings.size === 0 ? 0 : 1;
}

/** Each kind of finding once, with its scenario in a file. */
function told(finding: Finding, findings: Map<string, Finding>): void {
  const kind = kindOf(finding);
  if (findings.has(kind)) return;
  findings.set(kind, finding);
  const file = `fuzz-${finding.seed}-${finding.index}.yaml`;
  writeFileSync(file, finding.yaml);
  process.stdout.write(`${describeFinding(finding, file)}\n\n`);
}
