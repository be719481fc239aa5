// Kinds of custom resources that the simulation knows without a CustomResourceDefinition, in the grammar of the generated tables.

/** scheduler-plugins' PodGroup (`scheduling.x-k8s.io/v1alpha1`): what the plugin Coscheduling reads. */
export const COMMUNITY_KINDS = 'scheduling.x-k8s.io/v1alpha1 PodGroup scheduling.x-k8s.io.PodGroup namespaced';

export const COMMUNITY_TYPES = `scheduling.x-k8s.io.PodGroup apiVersion:s kind:s metadata:meta.v1.ObjectMeta={} spec:.PodGroupSpec={} status:*
scheduling.x-k8s.io.PodGroupSpec minMember:i minResources:{Q scheduleTimeoutSeconds?:i`;
