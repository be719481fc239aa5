// Hot dialect: worst fit for several resources: the node on which the pod leaves most.
import { lengthOfRest, packing } from './room.ts';

/**
 * Worst fit: the largest hole (D. Knuth, The Art of Computer Programming 1, section 2.5), with TightestFit's measure of a hole. It evens out the
 * nodes, as NodeResourcesFit's LeastAllocated does by the sum of shares.
 */
export const worstFit = packing({
  name: 'WorstFit',
  summary: 'Worst fit: the node on which the pod leaves the most room, by the length of the vector of free shares.',
  score: (room) => 100 * lengthOfRest(room),
});
