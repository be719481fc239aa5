// ImageLocality prefers nodes that already have the pod's images, weighed by size and by how many nodes have them.
import { z } from 'zod';
import { member } from '../../lib/family.ts';
import type { PodClass } from '../../model/pod-class.ts';
import type { Handle, Plugin } from '../framework/interface.ts';
import { ById } from './by-id.ts';

const MIB = 2 ** 20;
const LEAST_BYTES = 23 * MIB;
const MOST_BYTES_PER_CONTAINER = 1000 * MIB;

/** A name without a tag means `latest`. */
function taggedImage(name: string): string {
  return name.lastIndexOf(':') <= name.lastIndexOf('/') ? `${name}:latest` : name;
}

/** 0 to 100 by the bytes that need not be pulled. */
function imageScore(bytes: number, containers: number): number {
  const most = MOST_BYTES_PER_CONTAINER * containers;
  const sum = Math.min(Math.max(bytes, LEAST_BYTES), most);
  return Math.floor((100 * (sum - LEAST_BYTES)) / (most - LEAST_BYTES));
}

interface ImageVolume {
  readonly image?: { readonly reference?: string };
}

export const imageLocality = member({
  name: 'ImageLocality',
  summary: "Prefers nodes that have the pod's images.",
  args: z.strictObject({}),
  create(_args, { cache }: Handle): Plugin {
    const wanted = new ById(({ spec }: PodClass) => {
      const containers = [...(spec.initContainers ?? []), ...spec.containers];
      const volumes = ((spec.volumes ?? []) as readonly ImageVolume[]).flatMap(({ image }) => image?.reference ?? []);
      return {
        containers: containers.length,
        images: [...containers.map((one) => one.image ?? ''), ...volumes].map(taggedImage),
      };
    });
    return {
      sameForAll: (pod) => (wanted.get(pod.podClass).images.some((image) => cache.images.has(image)) ? undefined : 0),
      score(pod, nodes, scores) {
        scores.fill(0, 0, nodes.end);
        const { images, containers } = wanted.get(pod.podClass);
        let any = false;
        for (const image of images) {
          if (!cache.images.has(image)) continue;
          any = true;
          for (let i = 0; i < nodes.end; i += 1) {
            scores[i] += cache.images.weighedBytes(image, nodes.rows[i], cache.nodes);
          }
        }
        if (!any) return;
        for (let i = 0; i < nodes.end; i += 1) scores[i] = imageScore(scores[i], containers);
      },
    };
  },
});
