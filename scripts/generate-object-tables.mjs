// Generates src/model/objects/tables.generated.ts from the OpenAPI documents of a kube-apiserver: names, types, required, enumerations, defaults.
// `node scripts/generate-object-tables.mjs` writes the file, `--check` compares it and exits with 1 when it is different.
// The documents are in kubernetes-openapi/*.json.gz under WAVETANK_DATA, else ../shared/data.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const OUTPUT = join(ROOT, 'src/model/objects/tables.generated.ts');

// What the documents do not say: scalar fields that Go holds as a pointer, so that zero is different from absent (k8s.io/api v0.36.3, types.go).
const POINTERS = `
admissionregistration.v1.MatchResources: matchPolicy
admissionregistration.v1.MutatingAdmissionPolicySpec: failurePolicy
admissionregistration.v1.MutatingWebhook: failurePolicy matchPolicy reinvocationPolicy sideEffects timeoutSeconds
admissionregistration.v1.NamedRuleWithOperations: scope
admissionregistration.v1.ParamRef: parameterNotFoundAction
admissionregistration.v1.RuleWithOperations: scope
admissionregistration.v1.ServiceReference: path port
admissionregistration.v1.ValidatingAdmissionPolicySpec: failurePolicy
admissionregistration.v1.ValidatingWebhook: failurePolicy matchPolicy sideEffects timeoutSeconds
admissionregistration.v1.Validation: reason
admissionregistration.v1.WebhookClientConfig: url
apps.v1.DaemonSetSpec: revisionHistoryLimit
apps.v1.DaemonSetStatus: collisionCount
apps.v1.DeploymentSpec: progressDeadlineSeconds replicas revisionHistoryLimit
apps.v1.DeploymentStatus: collisionCount terminatingReplicas
apps.v1.ReplicaSetSpec: replicas
apps.v1.ReplicaSetStatus: terminatingReplicas
apps.v1.RollingUpdateStatefulSetStrategy: partition
apps.v1.StatefulSetSpec: replicas revisionHistoryLimit
apps.v1.StatefulSetStatus: collisionCount
authentication.v1.TokenRequestSpec: expirationSeconds
autoscaling.v1.HorizontalPodAutoscalerSpec: minReplicas targetCPUUtilizationPercentage
autoscaling.v1.HorizontalPodAutoscalerStatus: currentCPUUtilizationPercentage observedGeneration
autoscaling.v2.HPAScalingRules: selectPolicy stabilizationWindowSeconds
autoscaling.v2.HorizontalPodAutoscalerSpec: minReplicas
autoscaling.v2.HorizontalPodAutoscalerStatus: observedGeneration
autoscaling.v2.MetricTarget: averageUtilization
autoscaling.v2.MetricValueStatus: averageUtilization
batch.v1.CronJobSpec: failedJobsHistoryLimit startingDeadlineSeconds successfulJobsHistoryLimit suspend timeZone
batch.v1.JobSpec: activeDeadlineSeconds backoffLimit backoffLimitPerIndex completionMode completions managedBy manualSelector maxFailedIndexes parallelism podReplacementPolicy suspend ttlSecondsAfterFinished
batch.v1.JobStatus: failedIndexes ready terminating
batch.v1.PodFailurePolicyOnExitCodesRequirement: containerName
batch.v1.SuccessPolicyRule: succeededCount succeededIndexes
certificates.v1.CertificateSigningRequestSpec: expirationSeconds
coordination.v1.LeaseSpec: holderIdentity leaseDurationSeconds leaseTransitions preferredHolder strategy
core.v1.AppArmorProfile: localhostProfile
core.v1.AzureDiskVolumeSource: cachingMode fsType kind readOnly
core.v1.AzureFilePersistentVolumeSource: secretNamespace
core.v1.CSIVolumeSource: fsType readOnly
core.v1.ClientIPConfig: timeoutSeconds
core.v1.ClusterTrustBundleProjection: name optional signerName
core.v1.ConfigMap: immutable
core.v1.ConfigMapEnvSource: optional
core.v1.ConfigMapKeySelector: optional
core.v1.ConfigMapProjection: optional
core.v1.ConfigMapVolumeSource: defaultMode optional
core.v1.Container: restartPolicy
core.v1.ContainerStatus: started stopSignal
core.v1.DownwardAPIVolumeFile: mode
core.v1.DownwardAPIVolumeSource: defaultMode
core.v1.EndpointAddress: nodeName
core.v1.EndpointPort: appProtocol
core.v1.EphemeralContainer: restartPolicy
core.v1.FCVolumeSource: lun
core.v1.FileKeySelector: optional
core.v1.GRPCAction: service
core.v1.GlusterfsPersistentVolumeSource: endpointsNamespace
core.v1.HostPathVolumeSource: type
core.v1.ISCSIPersistentVolumeSource: initiatorName
core.v1.ISCSIVolumeSource: initiatorName
core.v1.KeyToPath: mode
core.v1.Lifecycle: stopSignal
core.v1.LoadBalancerIngress: ipMode
core.v1.LocalVolumeSource: fsType
core.v1.NodeFeatures: supplementalGroupsPolicy
core.v1.NodeRuntimeHandlerFeatures: recursiveReadOnlyMounts userNamespaces
core.v1.NodeSwapStatus: capacity
core.v1.PersistentVolumeClaimSpec: storageClassName volumeAttributesClassName volumeMode
core.v1.PersistentVolumeClaimStatus: currentVolumeAttributesClassName
core.v1.PersistentVolumeSpec: volumeAttributesClassName volumeMode
core.v1.PodCertificateProjection: maxExpirationSeconds
core.v1.PodDNSConfigOption: value
core.v1.PodResourceClaim: resourceClaimName resourceClaimTemplateName
core.v1.PodResourceClaimStatus: resourceClaimName
core.v1.PodSchedulingGroup: podGroupName
core.v1.PodSecurityContext: fsGroup fsGroupChangePolicy runAsGroup runAsNonRoot runAsUser seLinuxChangePolicy supplementalGroupsPolicy
core.v1.PodSpec: activeDeadlineSeconds automountServiceAccountToken enableServiceLinks hostUsers hostnameOverride preemptionPolicy priority runtimeClassName setHostnameAsFQDN shareProcessNamespace terminationGracePeriodSeconds
core.v1.PortStatus: error
core.v1.Probe: terminationGracePeriodSeconds
core.v1.ProjectedVolumeSource: defaultMode
core.v1.ReplicationControllerSpec: replicas
core.v1.ResourceHealth: message
core.v1.SeccompProfile: localhostProfile
core.v1.Secret: immutable
core.v1.SecretEnvSource: optional
core.v1.SecretKeySelector: optional
core.v1.SecretProjection: optional
core.v1.SecretVolumeSource: defaultMode optional
core.v1.SecurityContext: allowPrivilegeEscalation privileged procMount readOnlyRootFilesystem runAsGroup runAsNonRoot runAsUser
core.v1.ServiceAccount: automountServiceAccountToken
core.v1.ServiceAccountTokenProjection: expirationSeconds
core.v1.ServicePort: appProtocol
core.v1.ServiceSpec: allocateLoadBalancerNodePorts internalTrafficPolicy ipFamilyPolicy loadBalancerClass trafficDistribution
core.v1.Toleration: tolerationSeconds
core.v1.TopologySpreadConstraint: minDomains nodeAffinityPolicy nodeTaintsPolicy
core.v1.TypedLocalObjectReference: apiGroup
core.v1.TypedObjectReference: apiGroup namespace
core.v1.VolumeMount: mountPropagation recursiveReadOnly
core.v1.VolumeMountStatus: recursiveReadOnly
core.v1.WindowsSecurityContextOptions: gmsaCredentialSpec gmsaCredentialSpecName hostProcess runAsUserName
discovery.v1.Endpoint: hostname nodeName zone
discovery.v1.EndpointConditions: ready serving terminating
discovery.v1.EndpointPort: appProtocol name port protocol
flowcontrol.v1.ExemptPriorityLevelConfiguration: lendablePercent nominalConcurrencyShares
flowcontrol.v1.LimitedPriorityLevelConfiguration: borrowingLimitPercent lendablePercent nominalConcurrencyShares
networking.v1.HTTPIngressPath: pathType
networking.v1.IngressClassParametersReference: apiGroup namespace scope
networking.v1.IngressPortStatus: error
networking.v1.IngressSpec: ingressClassName
networking.v1.NetworkPolicyPort: endPort protocol
policy.v1.PodDisruptionBudgetSpec: unhealthyPodEvictionPolicy
resource.v1.AllocatedDeviceStatus: shareID
resource.v1.Device: allNodes allowMultipleAllocations bindsToNode nodeName
resource.v1.DeviceAttribute: bool int string version
resource.v1.DeviceClassSpec: extendedResourceName
resource.v1.DeviceConstraint: distinctAttribute matchAttribute
resource.v1.DeviceRequestAllocationResult: adminAccess shareID
resource.v1.DeviceToleration: tolerationSeconds
resource.v1.ExactDeviceRequest: adminAccess
resource.v1.NodeAllocatableResourceMapping: capacityKey
resource.v1.ResourceSliceSpec: allNodes nodeName perDeviceNodeSelection
scheduling.v1.PriorityClass: preemptionPolicy
storage.v1.CSIDriverSpec: attachRequired fsGroupPolicy nodeAllocatableUpdatePeriodSeconds podInfoOnMount preventPodSchedulingIfMissing requiresRepublish seLinuxMount serviceAccountTokenInSecrets storageCapacity
storage.v1.StorageClass: allowVolumeExpansion reclaimPolicy volumeBindingMode
storage.v1.TokenRequest: expirationSeconds
storage.v1.VolumeAttachmentSource: persistentVolumeName
storage.v1.VolumeError: errorCode
storage.v1.VolumeNodeResources: count
meta.v1.ObjectMeta: deletionGracePeriodSeconds
meta.v1.OwnerReference: blockOwnerDeletion controller
`;

// Scalars with an empty default that are left out when empty, and values that are never left out though they have no default.
const OMITTED_WHEN_EMPTY = `
core.v1.ConfigMapEnvSource: name
core.v1.ConfigMapKeySelector: name
core.v1.ConfigMapProjection: name
core.v1.ConfigMapVolumeSource: name
core.v1.LocalObjectReference: name
core.v1.SecretEnvSource: name
core.v1.SecretKeySelector: name
core.v1.SecretProjection: name
autoscaling.v1.ScaleSpec: replicas
core.v1.ReplicationControllerSpec: minReadySeconds
core.v1.AzureDiskVolumeSource: readOnly
core.v1.FileKeySelector: optional
`;
const NEVER_OMITTED = {
  'core.v1.ResourceFieldSelector divisor': '0',
  'core.v1.HTTPGetAction port': 0,
  'core.v1.TCPSocketAction port': 0,
  'core.v1.ServicePort targetPort': 0,
};

// Kinds of the documents that are no objects: options of requests.
const OPTIONS = /Options$/;

const SCALARS = {
  'string ': 's',
  'string byte': 'B',
  'integer int32': 'i',
  'integer int64': 'l',
  'number double': 'f',
  'boolean ': 'b',
};
const SPECIAL = {
  'meta.v1.Time': 'T',
  'meta.v1.MicroTime': 'M',
  'api.resource.Quantity': 'Q',
  'util.intstr.IntOrString': 'X',
};

function fieldSets(text) {
  const sets = new Map();
  for (const line of text.trim().split('\n')) {
    const [type, fields] = line.split(': ');
    sets.set(type, new Set(fields.split(' ')));
  }
  return sets;
}

/** The table as TypeScript. Types are one a line, `group.version.Type field field …`, and a field is `name[!][?]:type[$enum][=default][#strategies[:key]][~topology]`; `~atomic` before the fields is of the type. */
function generate(folder) {
  const pointers = fieldSets(POINTERS);
  const omitted = fieldSets(OMITTED_WHEN_EMPTY);
  const schemas = new Map();
  const kinds = new Map();
  for (const file of readdirSync(folder)
    .filter((name) => name.endsWith('.json.gz'))
    .sort()) {
    const document = JSON.parse(gunzipSync(readFileSync(join(folder, file))).toString('utf8'));
    for (const [name, schema] of Object.entries(document.schemas)) schemas.set(shortName(name), schema);
    for (const [kind, { namespaced }] of Object.entries(document.kinds)) {
      if (OPTIONS.test(kind)) continue;
      const own = ownType(document, kind);
      if (own === undefined) continue;
      kinds.set(`${own.apiVersion} ${kind}`, `${own.type} ${namespaced ? 'namespaced' : 'cluster'}`);
    }
  }

  const enums = new Map();
  const lines = new Map();
  const visit = (name) => {
    if (lines.has(name)) return;
    lines.set(name, '');
    const schema = schemas.get(name);
    const fields = Object.keys(schema.properties ?? {}).sort();
    const atomic = schema['x-kubernetes-map-type'] === 'atomic' ? ['~atomic'] : [];
    lines.set(name, [name, ...atomic, ...fields.map((field) => fieldText(name, schema, field))].join(' '));
  };

  function fieldText(type, schema, field) {
    const property = schema.properties[field];
    const required = schema.required?.includes(field) ? '!' : '';
    const pointer = pointers.get(type)?.has(field) ? '?' : '';
    return `${field}${required}${pointer}:${typeText(type, property)}${defaultText(type, field, property)}${patchText(property)}${topologyText(property)}`;
  }

  /** How strategic merge patches treat the field: `#merge:name`, `#merge,retainKeys:name`, `#replace`. */
  function patchText(property) {
    const strategies = property['x-kubernetes-patch-strategy'];
    const key = property['x-kubernetes-patch-merge-key'];
    return strategies === undefined ? '' : `#${strategies}${key === undefined ? '' : `:${key}`}`;
  }

  /** How server-side apply merges the field, where the strategies of patches do not say so: `~set`, `~map:name,port`, `~atomic`. */
  function topologyText(property) {
    const strategies = property['x-kubernetes-patch-strategy']?.split(',') ?? [];
    const key = property['x-kubernetes-patch-merge-key'];
    if (property['x-kubernetes-map-type'] === 'atomic') return strategies.includes('replace') ? '' : '~atomic';
    const list = property['x-kubernetes-list-type'];
    if (list === undefined) return '';
    const implied = !strategies.includes('merge') ? 'atomic' : key === undefined ? 'set' : `map:${key}`;
    const said = list === 'map' ? `map:${property['x-kubernetes-list-map-keys'].join(',')}` : list;
    return said === implied ? '' : `~${said}`;
  }

  function defaultText(type, field, property) {
    const fixed = NEVER_OMITTED[`${type} ${field}`] ?? property.default;
    if (fixed === undefined || omitted.get(type)?.has(field)) return '';
    return `=${JSON.stringify(fixed)}`;
  }

  function typeText(owner, property) {
    const reference = property.$ref ?? property.allOf?.[0].$ref;
    if (reference !== undefined) return referenceText(owner, shortName(reference.split('/').at(-1)));
    if (property.type === 'array') return `[${typeText(owner, property.items)}`;
    if (property.additionalProperties) return `{${typeText(owner, property.additionalProperties)}`;
    const scalar = SCALARS[`${property.type} ${property.format ?? ''}`];
    if (scalar === undefined) throw new Error(`${owner}: no type for ${JSON.stringify(property)}`);
    return scalar + enumText(property.enum);
  }

  function referenceText(owner, name) {
    if (SPECIAL[name] !== undefined) return SPECIAL[name];
    const schema = schemas.get(name);
    // Types without properties hold any value: extensions, JSON schemas, managed fields.
    if (schema.properties === undefined) return '*';
    visit(name);
    const group = owner.slice(0, owner.lastIndexOf('.') + 1);
    return name.startsWith(group) ? name.slice(group.length - 1) : name;
  }

  function enumText(values) {
    if (values === undefined) return '';
    const key = values.join('|');
    if (!enums.has(key)) enums.set(key, enums.size);
    return `$${enums.get(key)}`;
  }

  for (const kind of kinds.values()) visit(kind.split(' ')[0]);
  const types = sorted(lines).map(([, line]) => line);
  return [
    '// Kubernetes types as kube-apiserver 1.36.3 publishes them. Generated by scripts/generate-object-tables.mjs; the grammar is there.',
    `export const KINDS = ${literal(sorted(kinds).map(([kind, type]) => `${kind} ${type}`))};`,
    `export const ENUMS = ${literal([...enums.keys()])};`,
    `export const TYPES = ${literal(types)};`,
    '',
  ].join('\n');
}

function sorted(map) {
  return [...map].sort(([a], [b]) => (a < b ? -1 : 1));
}

function literal(lines) {
  const text = lines.join('\n');
  if (/[`\\]|\$\{/.test(text)) throw new Error('a name needs escaping');
  return `\`${text}\``;
}

function shortName(name) {
  return name.split('.').slice(-3).join('.');
}

/** The kind's own apiVersion and type: subresources such as Scale are listed in groups where they do not belong. */
function ownType({ groupVersion, schemas }, kind) {
  const found = Object.entries(schemas).flatMap(([name, schema]) =>
    (schema['x-kubernetes-group-version-kind'] ?? [])
      .filter((gvk) => gvk.kind === kind)
      .map(({ group, version }) => ({ apiVersion: group ? `${group}/${version}` : version, type: shortName(name) })),
  );
  return found.find(({ apiVersion }) => apiVersion === groupVersion) ?? found[0];
}

const data = process.env.WAVETANK_DATA ? resolve(process.env.WAVETANK_DATA) : join(ROOT, '../shared/data');
const folder = join(data, 'kubernetes-openapi');
if (!existsSync(folder)) {
  console.error(`${folder} is missing: set WAVETANK_DATA to the folder that has kubernetes-openapi`);
  process.exit(2);
}
const text = generate(folder);
if (!process.argv.includes('--check')) writeFileSync(OUTPUT, text);
else if (readFileSync(OUTPUT, 'utf8') !== text) {
  console.error('tables.generated.ts is not what the documents give: run node scripts/generate-object-tables.mjs');
  process.exit(1);
}
