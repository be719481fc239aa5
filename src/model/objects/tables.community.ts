// Kinds of custom resources that the simulation knows without a CustomResourceDefinition, in the grammar of the generated tables.

/** scheduler-plugins' PodGroup, which the plugin Coscheduling reads, and ElasticQuota, which CapacityScheduling reads, the VerticalPodAutoscaler of kubernetes/autoscaler and its checkpoints, Argo's Rollout with its analyses and experiments, Gateway API's kinds, Istio's VirtualService and DestinationRule. */
export const COMMUNITY_KINDS = `scheduling.x-k8s.io/v1alpha1 PodGroup scheduling.x-k8s.io.PodGroup namespaced
scheduling.x-k8s.io/v1alpha1 ElasticQuota scheduling.x-k8s.io.ElasticQuota namespaced
autoscaling.k8s.io/v1 VerticalPodAutoscaler autoscaling.k8s.io.VerticalPodAutoscaler namespaced
autoscaling.k8s.io/v1 VerticalPodAutoscalerCheckpoint autoscaling.k8s.io.VerticalPodAutoscalerCheckpoint namespaced
argoproj.io/v1alpha1 Rollout argoproj.io.Rollout namespaced
argoproj.io/v1alpha1 AnalysisTemplate argoproj.io.AnalysisTemplate namespaced
argoproj.io/v1alpha1 ClusterAnalysisTemplate argoproj.io.AnalysisTemplate cluster
argoproj.io/v1alpha1 AnalysisRun argoproj.io.AnalysisRun namespaced
argoproj.io/v1alpha1 Experiment argoproj.io.Experiment namespaced
gateway.networking.k8s.io/v1 GatewayClass gateway.networking.k8s.io.GatewayClass cluster
gateway.networking.k8s.io/v1 Gateway gateway.networking.k8s.io.Gateway namespaced
gateway.networking.k8s.io/v1 HTTPRoute gateway.networking.k8s.io.HTTPRoute namespaced
gateway.networking.k8s.io/v1beta1 ReferenceGrant gateway.networking.k8s.io.ReferenceGrant namespaced
networking.istio.io/v1 VirtualService networking.istio.io.VirtualService namespaced
networking.istio.io/v1 DestinationRule networking.istio.io.DestinationRule namespaced`;

export const COMMUNITY_TYPES = `gateway.networking.k8s.io.HTTPRoute apiVersion:s kind:s metadata:meta.v1.ObjectMeta={} spec!:* status:*
gateway.networking.k8s.io.GatewayClass apiVersion:s kind:s metadata:meta.v1.ObjectMeta={} spec!:* status:*
gateway.networking.k8s.io.Gateway apiVersion:s kind:s metadata:meta.v1.ObjectMeta={} spec!:* status:*
gateway.networking.k8s.io.ReferenceGrant apiVersion:s kind:s metadata:meta.v1.ObjectMeta={} spec!:*
networking.istio.io.VirtualService apiVersion:s kind:s metadata:meta.v1.ObjectMeta={} spec!:* status:*
networking.istio.io.DestinationRule apiVersion:s kind:s metadata:meta.v1.ObjectMeta={} spec!:* status:*
scheduling.x-k8s.io.PodGroup apiVersion:s kind:s metadata:meta.v1.ObjectMeta={} spec:.PodGroupSpec={} status:*
scheduling.x-k8s.io.PodGroupSpec minMember:i minResources:{Q scheduleTimeoutSeconds?:i
scheduling.x-k8s.io.ElasticQuota apiVersion:s kind:s metadata:meta.v1.ObjectMeta={} spec:.ElasticQuotaSpec={} status:*
scheduling.x-k8s.io.ElasticQuotaSpec min:{Q max:{Q
autoscaling.k8s.io.VerticalPodAutoscaler apiVersion:s kind:s metadata:meta.v1.ObjectMeta={} spec!:.VerticalPodAutoscalerSpec={} status:*
autoscaling.k8s.io.VerticalPodAutoscalerCheckpoint apiVersion:s kind:s metadata:meta.v1.ObjectMeta={} spec:.VerticalPodAutoscalerCheckpointSpec={} status:*
autoscaling.k8s.io.VerticalPodAutoscalerCheckpointSpec vpaObjectName:s containerName:s
autoscaling.k8s.io.VerticalPodAutoscalerSpec targetRef:.CrossVersionObjectReference updatePolicy:.PodUpdatePolicy resourcePolicy:.PodResourcePolicy recommenders:[.VerticalPodAutoscalerRecommenderSelector startupBoost:*
autoscaling.k8s.io.CrossVersionObjectReference apiVersion:s kind!:s="" name!:s=""
autoscaling.k8s.io.PodUpdatePolicy updateMode?:s minReplicas?:i evictionRequirements:* evictAfterOOMSeconds?:i
autoscaling.k8s.io.PodResourcePolicy containerPolicies:[.ContainerResourcePolicy
autoscaling.k8s.io.ContainerResourcePolicy containerName:s mode?:s minAllowed:{Q maxAllowed:{Q controlledResources:* controlledValues?:s oomBumpUpRatio:* oomMinBumpUp:* startupBoost:*
autoscaling.k8s.io.VerticalPodAutoscalerRecommenderSelector name:s
argoproj.io.Rollout apiVersion:s kind:s metadata:meta.v1.ObjectMeta={} spec!:.RolloutSpec={} status:*
argoproj.io.RolloutSpec analysis:* minReadySeconds:i paused:b progressDeadlineAbort:b progressDeadlineSeconds?:i replicas?:i restartAt:T revisionHistoryLimit?:i rollbackWindow:.RollbackWindowSpec selector:meta.v1.LabelSelector strategy!:.RolloutStrategy={} template:core.v1.PodTemplateSpec workloadRef:.ObjectRef
argoproj.io.RollbackWindowSpec revisions:i
argoproj.io.ObjectRef apiVersion:s kind:s name:s scaleDown:s
argoproj.io.RolloutStrategy blueGreen:.BlueGreenStrategy canary:.CanaryStrategy
argoproj.io.BlueGreenStrategy abortScaleDownDelaySeconds?:i activeMetadata:.PodTemplateMetadata activeService!:s antiAffinity:.AntiAffinity autoPromotionEnabled?:b autoPromotionSeconds:i maxUnavailable:X postPromotionAnalysis:.RolloutAnalysis prePromotionAnalysis:.RolloutAnalysis previewMetadata:.PodTemplateMetadata previewReplicaCount?:i previewService:s scaleDownDelayRevisionLimit?:i scaleDownDelaySeconds?:i
argoproj.io.CanaryStrategy abortScaleDownDelaySeconds?:i analysis:.RolloutAnalysis antiAffinity:.AntiAffinity canaryMetadata:.PodTemplateMetadata canaryService:s dynamicStableScale:b maxSurge:X maxUnavailable:X minPodsPerReplicaSet?:i pingPong:.PingPongSpec replicaProgressThreshold:* scaleDownDelayRevisionLimit?:i scaleDownDelaySeconds?:i stableMetadata:.PodTemplateMetadata stableService:s steps:[.CanaryStep trafficRouting:.RolloutTrafficRouting
argoproj.io.PingPongSpec pingService:s pongService:s
argoproj.io.AntiAffinity preferredDuringSchedulingIgnoredDuringExecution:.PreferredAntiAffinity requiredDuringSchedulingIgnoredDuringExecution:.RequiredAntiAffinity
argoproj.io.PreferredAntiAffinity weight:i
argoproj.io.RequiredAntiAffinity
argoproj.io.CanaryStep analysis:.RolloutAnalysis experiment:.ExperimentStep pause:.RolloutPause plugin:* setCanaryScale:.SetCanaryScale setHeaderRoute:.SetHeaderRoute setMirrorRoute:.SetMirrorRoute setWeight?:i
argoproj.io.ExperimentStep analyses:[.ExperimentAnalysis analysisRunMetadata:.PodTemplateMetadata dryRun:[.MetricRule duration:X templates:[.ExperimentStepTemplate
argoproj.io.ExperimentStepTemplate metadata:.PodTemplateMetadata name!:s replicas?:i selector:meta.v1.LabelSelector service:.TemplateService specRef!:s weight?:i
argoproj.io.ExperimentAnalysis args:[.AnalysisArgument clusterScope:b name!:s requiredForCompletion:b templateName!:s
argoproj.io.TemplateService name:s
argoproj.io.Experiment apiVersion:s kind:s metadata:meta.v1.ObjectMeta={} spec!:.ExperimentSpec={} status:*
argoproj.io.ExperimentSpec analyses:[.ExperimentAnalysis analysisRunMetadata:.PodTemplateMetadata dryRun:[.MetricRule duration:s measurementRetention:[.MetricRule progressDeadlineSeconds?:i scaleDownDelaySeconds?:i templates:[.ExperimentTemplate terminate:b
argoproj.io.ExperimentTemplate minReadySeconds:i name!:s replicas?:i selector:meta.v1.LabelSelector service:.TemplateService template!:core.v1.PodTemplateSpec={}
argoproj.io.SetHeaderRoute match:[.HeaderRoutingMatch name:s
argoproj.io.HeaderRoutingMatch headerName!:s headerValue!:.StringMatch={}
argoproj.io.StringMatch exact:s prefix:s regex:s
argoproj.io.SetMirrorRoute match:[.RouteMatch name!:s percentage?:i
argoproj.io.RouteMatch headers:{.StringMatch method:.StringMatch path:.StringMatch
argoproj.io.NginxTrafficRouting additionalIngressAnnotations:{s annotationPrefix:s canaryIngressAnnotations:{s stableIngress:s stableIngresses:[s
argoproj.io.IstioTrafficRouting destinationRule:.IstioDestinationRule virtualService:.IstioVirtualService virtualServices:[.IstioVirtualService
argoproj.io.IstioDestinationRule canarySubsetName!:s name!:s stableSubsetName!:s
argoproj.io.IstioVirtualService name!:s routes:[s tcpRoutes:* tlsRoutes:*
argoproj.io.ManagedRoute name!:s
argoproj.io.RolloutPause duration:X
argoproj.io.SetCanaryScale matchTrafficWeight:b replicas?:i weight?:i
argoproj.io.RolloutAnalysis analysisRunMetadata:.PodTemplateMetadata args:[.AnalysisArgument dryRun:[.MetricRule measurementRetention:[.MetricRule startingStep?:i templates:[.TemplateRef
argoproj.io.PodTemplateMetadata annotations:{s labels:{s
argoproj.io.TemplateRef clusterScope:b templateName:s
argoproj.io.AnalysisArgument name!:s value?:s valueFrom:.ValueFrom
argoproj.io.ValueFrom fieldRef:.FieldRef podTemplateHashValue:s secretKeyRef:.SecretKeyRef
argoproj.io.FieldRef fieldPath!:s
argoproj.io.SecretKeyRef key!:s name!:s
argoproj.io.MetricRule limit:i metricName!:s
argoproj.io.AnalysisTemplate apiVersion:s kind:s metadata:meta.v1.ObjectMeta={} spec!:.AnalysisSpec={} status:*
argoproj.io.AnalysisSpec args:[.AnalysisArgument dryRun:[.MetricRule measurementRetention:[.MetricRule metrics:[.Metric templates:[.TemplateRef
argoproj.io.AnalysisRun apiVersion:s kind:s metadata:meta.v1.ObjectMeta={} spec!:.AnalysisRunSpec={} status:*
argoproj.io.AnalysisRunSpec args:[.AnalysisArgument dryRun:[.MetricRule measurementRetention:[.MetricRule metrics:[.Metric terminate:b ttlStrategy:.TTLStrategy
argoproj.io.TTLStrategy secondsAfterCompletion?:i secondsAfterFailure?:i secondsAfterSuccess?:i
argoproj.io.Metric consecutiveErrorLimit:X consecutiveSuccessLimit:X count:X failureCondition:s failureLimit:X inconclusiveLimit:X initialDelay:s interval:s name!:s provider!:.MetricProvider={} successCondition:s
argoproj.io.MetricProvider cloudWatch:* datadog:* graphite:* influxdb:* job:.JobMetric kayenta:* newRelic:* plugin:* prometheus:.PrometheusMetric skywalking:* wavefront:* wavetank:.WavetankMetric web:*
argoproj.io.PrometheusMetric address:s authentication:* headers:* insecure:b query:s rangeQuery:* timeout?:i
argoproj.io.WavetankMetric figure!:s podTemplateHash:s selector:{s service:s window:s
argoproj.io.JobMetric metadata:.PodTemplateMetadata spec!:batch.v1.JobSpec={}
argoproj.io.RolloutTrafficRouting alb:* ambassador:* apisix:* appMesh:* istio:.IstioTrafficRouting managedRoutes:[.ManagedRoute maxTrafficWeight?:i nginx:.NginxTrafficRouting plugins:* smi:* traefik:*`;
