// Figures of what kubelets did: evictions, kills for memory, pulls and deletions of images.
import type { NodeDeed } from '../../model/node-history.ts';
import type { Figure } from './figure.ts';

function deed(pattern: string, title: string, what: NodeDeed, better: Figure['better'], meaning: string): Figure {
  return {
    pattern,
    title,
    unit: 'count',
    gauge: false,
    wholeRun: false,
    anytime: true,
    better,
    meaning,
    measure: ({ window }, { state, durationUs }) =>
      state.nodeHistory.count(what, window?.fromUs ?? 0, window?.toUs ?? durationUs),
  };
}

export const nodeActivityFigures: readonly Figure[] = [
  deed(
    'nodes.evictions',
    'Evictions by kubelets',
    'evictions',
    'lower',
    'Pods that kubelets evicted: from a node short of memory or disk, or beyond a limit of their own. Pods that were refused are not among them.',
  ),
  deed(
    'containers.oom_kills',
    'OOM kills',
    'oomKills',
    'lower',
    'Containers that were killed above their memory limit.',
  ),
  deed('images.pulls', 'Image pulls', 'imagePulls', 'neither', 'Pulls of images that ended well.'),
  deed('images.pull_failures', 'Failed image pulls', 'failedPulls', 'lower', 'Pulls of images that failed.'),
  deed(
    'images.deleted',
    'Images deleted',
    'imagesDeleted',
    'neither',
    'Images that nodes deleted since no container used them.',
  ),
];
