// Hot dialect: the server's half of calls where some calls are made for requests of some classes only.
import { CALL } from '../calls.ts';
import type { Serving } from '../serving.ts';
import type { MarkedCalls } from './marked-calls.ts';

/** A Serving, or a kind of it; `admits` says whether a call site is for requests of a class (-1: of none). */
export function selecting(
  Base: typeof Serving,
  marks: MarkedCalls,
  admits: (site: number, requestClass: number) => boolean,
): typeof Serving {
  return class SelectiveServing extends Base {
    protected override takesSite(at: number, site: number, behavior: number): boolean {
      return admits(site, marks.classes[at / CALL]) && super.takesSite(at, site, behavior);
    }
  };
}
