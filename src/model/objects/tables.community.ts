// Kinds of custom resources that the simulation knows without a CustomResourceDefinition, in the grammar of the generated tables.

/** scheduler-plugins' PodGroup, which the plugin Coscheduling reads, and the VerticalPodAutoscaler of kubernetes/autoscaler. */
export const COMMUNITY_KINDS = `scheduling.x-k8s.io/v1alpha1 PodGroup scheduling.x-k8s.io.PodGroup namespaced
autoscaling.k8s.io/v1 VerticalPodAutoscaler autoscaling.k8s.io.VerticalPodAutoscaler namespaced`;

export const COMMUNITY_TYPES = `scheduling.x-k8s.io.PodGroup apiVersion:s kind:s metadata:meta.v1.ObjectMeta={} spec:.PodGroupSpec={} status:*
scheduling.x-k8s.io.PodGroupSpec minMember:i minResources:{Q scheduleTimeoutSeconds?:i
autoscaling.k8s.io.VerticalPodAutoscaler apiVersion:s kind:s metadata:meta.v1.ObjectMeta={} spec!:.VerticalPodAutoscalerSpec={} status:*
autoscaling.k8s.io.VerticalPodAutoscalerSpec targetRef:.CrossVersionObjectReference updatePolicy:.PodUpdatePolicy resourcePolicy:.PodResourcePolicy recommenders:[.VerticalPodAutoscalerRecommenderSelector startupBoost:*
autoscaling.k8s.io.CrossVersionObjectReference apiVersion:s kind!:s="" name!:s=""
autoscaling.k8s.io.PodUpdatePolicy updateMode?:s minReplicas?:i evictionRequirements:* evictAfterOOMSeconds?:i
autoscaling.k8s.io.PodResourcePolicy containerPolicies:[.ContainerResourcePolicy
autoscaling.k8s.io.ContainerResourcePolicy containerName:s mode?:s minAllowed:{Q maxAllowed:{Q controlledResources:* controlledValues?:s oomBumpUpRatio:* oomMinBumpUp:* startupBoost:*
autoscaling.k8s.io.VerticalPodAutoscalerRecommenderSelector name:s`;
