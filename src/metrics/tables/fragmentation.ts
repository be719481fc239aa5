// What columns of fragmentation mean, in every table that has them.

export const fragments = (resource: 'CPU' | 'memory') =>
  `Share of the free ${resource} that a typical pod cannot use, because it does not fit on the node: the mean over the pods created so far, by their CPU, memory and number (Weng et al., USENIX ATC 2023).`;
export const GPU_ALLOCATED =
  'Share of all GPUs that pods hold, as the scheduler knows it; empty when no plugin looks after GPUs.';
export const GPU_FRAGMENTED =
  'Share of the idle GPUs that a typical pod cannot use, by all pods that the scheduler has seen (Weng et al., USENIX ATC 2023); empty when none is idle.';
