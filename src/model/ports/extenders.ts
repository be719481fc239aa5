// Who answers in place of a scheduler extender: a recording, or the extender itself while it is recorded.
import type { ExtenderAnswer } from '../settings/extenders.ts';

export interface ExtenderCalls {
  /** POST of a JSON document. What does not answer, or with another status than 200, gives an error in Go's words. */
  post(url: string, body: object): ExtenderAnswer;
}
