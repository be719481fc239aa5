// What scheduler extenders have answered: a file with a JSON object on each line, as `wavetank record-extenders` writes it.
import { z } from 'zod';
import { check } from '../lib/explain.ts';
import { type ExtenderAnswer, type ExtenderAnswers, questionKey } from '../model/settings/extenders.ts';
import type { Problems } from './problems.ts';
import type { SourceText } from './scenario.ts';

const row = z.strictObject({
  url: z.string(),
  question: z.looseObject({}),
  answer: z.unknown().optional(),
  error: z.string().optional(),
});

/** A line of the file. */
export function answerLine(url: string, question: object, answer: ExtenderAnswer): string {
  return `${JSON.stringify({ url, question, ...answer })}\n`;
}

/** What is wrong goes to `problems`, at its line. */
export function readExtenderAnswers({ file, text }: SourceText, problems: Problems): ExtenderAnswers {
  const answers = new Map<string, ExtenderAnswer>();
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const place = { file, line: index + 1 };
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch (error) {
      problems.add(place, `not valid JSON: ${error instanceof Error ? error.message : String(error)}`);
      continue;
    }
    const checked = check(row, value);
    if (!checked.ok) {
      for (const { path, message } of checked.flaws) problems.add(place, message, path.join('.'));
      continue;
    }
    const { url, question, answer, error } = checked.value;
    answers.set(questionKey(url, question), error === undefined ? { answer } : { error });
  }
  return answers;
}
