// What wavetank.ts is asked and answers, and asking it in a process of its own.
import { output } from '../bench.ts';

export interface Question {
  readonly file: string;
  /** Overrides, as `--set` takes them. */
  readonly set: readonly string[];
  /** The run ends when so many pods are Running and so many have Succeeded. */
  readonly running: number;
  readonly succeeded: number;
}

export interface Answer {
  readonly virtualSeconds: number;
  readonly running: number;
  readonly succeeded: number;
  readonly wallSeconds: number;
  /** CPU time until the input was read, and until the end. */
  readonly loadSeconds: number;
  readonly cpuSeconds: number;
  readonly peakMebibytes: number;
  readonly events: number;
  readonly writes: number;
  readonly shares: Readonly<Record<string, number>>;
  readonly digest: string;
}

/** Throws when the program fails, or ends with fewer pods than were asked for. */
export function ask(what: string, program: string, heapMebibytes: number, question: Question): Answer {
  const args = [`--max-old-space-size=${heapMebibytes}`, program, program, JSON.stringify(question)];
  const text = output(process.execPath, args);
  if (text === undefined) throw new Error(`${what} failed`);
  const answer = JSON.parse(text) as Answer;
  if (answer.running < question.running || answer.succeeded < question.succeeded) {
    throw new Error(`${what}: ${answer.running} pods run and ${answer.succeeded} have succeeded`);
  }
  return answer;
}

/** The parts of the program that took a twentieth of the time and more. */
export function whereTheTimeWent({ shares }: Answer): string {
  const largest = Object.entries(shares).filter(([, share]) => share >= 0.05);
  return largest.map(([name, share]) => `${name} ${(100 * share).toFixed(0)} %`).join(', ');
}
