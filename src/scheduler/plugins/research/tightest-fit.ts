// Hot dialect: best fit for several resources: the node on which the pod leaves least.
import { lengthOfRest, packing } from './room.ts';

/**
 * Best fit by the norm of what is left over: the heuristic "L2" of R. Panigrahy, K. Talwar, L. Uyeda and U. Wieder, "Heuristics for Vector
 * Bin Packing", Microsoft Research, 2011, for one bin after the other. The score is 100 less the length, in per cent.
 */
export const tightestFit = packing({
  name: 'TightestFit',
  summary: 'Best fit: the node on which the pod leaves the least room, by the length of the vector of free shares.',
  score: (room) => 100 - 100 * lengthOfRest(room),
});
