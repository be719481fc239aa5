// Colours, only on a terminal.
import pc from 'picocolors';

/** Colour functions for a stream; they change nothing when it is no terminal or NO_COLOR is set. */
export function colors(stream: { readonly isTTY?: boolean }) {
  return pc.createColors(stream.isTTY === true && process.env['NO_COLOR'] === undefined);
}
