// A fault that does one thing when it fires, and undoes it when it ends.
import type { DistributionSpec } from '../../lib/distribution.ts';
import type { Fault, FaultContext } from '../fault.ts';

/** `begin` gives what undoes it. */
export function strikeOnce(
  context: FaultContext,
  length: DistributionSpec | undefined,
  what: string,
  begin: () => () => void,
): Fault {
  return {
    fire() {
      let end = (): void => undefined;
      const strike = {
        what,
        begin() {
          end = begin();
        },
        end: () => end(),
      };
      context.strike(strike, length === undefined ? undefined : context.draw(length));
    },
  };
}
