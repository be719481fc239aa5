// What scheduler extenders say while a scenario runs: each question is asked once, whatever seed it comes from.
import type { ExtenderCalls } from '../../model/ports/extenders.ts';
import { type ExtenderAnswer, questionKey } from '../../model/settings/extenders.ts';
import { answerLine } from '../../scenario/extender-answers.ts';
import type { Job } from '../../scenario/scenario.ts';
import type { Families } from '../../world/families.ts';
import { runJob } from '../../world/run.ts';
import { LiveExtenders } from './live-extenders.ts';

/** Runs the jobs; gives the lines of the recording, one for each question. `onProgress`: how many of the jobs are done, as a fraction too. */
export async function recordAnswers(
  jobs: readonly Job[],
  families: Families,
  onProgress: (done: number, events: number) => void,
): Promise<string[]> {
  const live = new LiveExtenders();
  const answers = new Map<string, ExtenderAnswer>();
  const lines: string[] = [];
  const extenderCalls: ExtenderCalls = {
    post(url, question) {
      const key = questionKey(url, question);
      const before = answers.get(key);
      if (before !== undefined) return before;
      const answer = live.post(url, question);
      answers.set(key, answer);
      lines.push(answerLine(url, question, answer));
      return answer;
    },
  };
  try {
    for (const [index, job] of jobs.entries()) {
      runJob(job, {
        families,
        check: false,
        extenderCalls,
        onProgress: (done, events) => onProgress(index + done, events),
      });
    }
  } finally {
    await live.close();
  }
  return lines;
}
