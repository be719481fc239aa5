// Figures that are measured and not judged: written as in an expectation, without the comparison.
import { InputError, type Place } from '../lib/errors.ts';
import { type Expectation, type ExpectContext, parseExpectation } from './expect.ts';

const ANYTHING = ' >= 0';

/** `min(pods.ready) during 2m..4m`. It is an expectation about no cell. Throws an InputError. */
export function parseMeasured(text: string, place: Place, context: ExpectContext): Expectation {
  try {
    const one = parseExpectation(`${text}${ANYTHING}`, place, context);
    return { ...one, text: one.measured, applies: false };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError(
      error.problems.map((flaw) => ({ ...flaw, message: flaw.message.replace(`${ANYTHING}"`, '"') })),
    );
  }
}
