import type { ApiResource } from './api-resource.ts';

/** A kind's names, without its verbs. */
export type KindNames = Omit<ApiResource, 'verbs'>;

/**
 * The kinds of Kubernetes itself, under every group that has ever served them: rules about them apply before a cluster
 * has been asked, and whatever it answers. Each kind has its name, plural, short names and subresources.
 */
export const BUILT_IN_KINDS: readonly KindNames[] = [
  ...kinds('', ['v1'], {
    namespaced: [
      'Binding bindings',
      'ConfigMap configmaps cm',
      'Endpoints endpoints ep',
      'Event events ev',
      'LimitRange limitranges limits',
      'PersistentVolumeClaim persistentvolumeclaims pvc /status',
      'Pod pods po /attach /binding /ephemeralcontainers /eviction /exec /log /portforward /proxy /resize /status',
      'PodTemplate podtemplates',
      'ReplicationController replicationcontrollers rc /scale /status',
      'ResourceQuota resourcequotas quota /status',
      'Secret secrets',
      'ServiceAccount serviceaccounts sa /token',
      'Service services svc /proxy /status',
    ],
    cluster: [
      'ComponentStatus componentstatuses cs',
      'Namespace namespaces ns /finalize /status',
      'Node nodes no /proxy /status',
      'PersistentVolume persistentvolumes pv /status',
    ],
  }),
  ...kinds('apps', ['v1'], {
    namespaced: [
      'ControllerRevision controllerrevisions',
      'DaemonSet daemonsets ds /status',
      'Deployment deployments deploy /scale /status',
      'ReplicaSet replicasets rs /scale /status',
      'StatefulSet statefulsets sts /scale /status',
    ],
  }),
  ...kinds('extensions', ['v1beta1'], {
    namespaced: [
      'DaemonSet daemonsets ds /status',
      'Deployment deployments deploy /scale /status',
      'Ingress ingresses ing /status',
      'NetworkPolicy networkpolicies netpol',
      'ReplicaSet replicasets rs /scale /status',
    ],
  }),
  ...kinds('events.k8s.io', ['v1'], { namespaced: ['Event events ev'] }),
  ...kinds('batch', ['v1'], { namespaced: ['CronJob cronjobs cj /status', 'Job jobs /status'] }),
  ...kinds('autoscaling', ['v2', 'v1'], {
    namespaced: ['HorizontalPodAutoscaler horizontalpodautoscalers hpa /status'],
  }),
  ...kinds('policy', ['v1'], { namespaced: ['PodDisruptionBudget poddisruptionbudgets pdb /status'] }),
  ...kinds('networking.k8s.io', ['v1'], {
    namespaced: ['Ingress ingresses ing /status', 'NetworkPolicy networkpolicies netpol'],
    cluster: ['IngressClass ingressclasses', 'IPAddress ipaddresses ip', 'ServiceCIDR servicecidrs /status'],
  }),
  ...kinds('discovery.k8s.io', ['v1'], { namespaced: ['EndpointSlice endpointslices'] }),
  ...kinds('coordination.k8s.io', ['v1'], { namespaced: ['Lease leases'] }),
  ...kinds('rbac.authorization.k8s.io', ['v1'], {
    namespaced: ['Role roles', 'RoleBinding rolebindings'],
    cluster: ['ClusterRole clusterroles', 'ClusterRoleBinding clusterrolebindings'],
  }),
  ...kinds('authentication.k8s.io', ['v1'], {
    cluster: ['SelfSubjectReview selfsubjectreviews', 'TokenReview tokenreviews'],
  }),
  ...kinds('authorization.k8s.io', ['v1'], {
    namespaced: ['LocalSubjectAccessReview localsubjectaccessreviews'],
    cluster: [
      'SelfSubjectAccessReview selfsubjectaccessreviews',
      'SelfSubjectRulesReview selfsubjectrulesreviews',
      'SubjectAccessReview subjectaccessreviews',
    ],
  }),
  ...kinds('certificates.k8s.io', ['v1'], {
    cluster: ['CertificateSigningRequest certificatesigningrequests csr /approval /status'],
  }),
  ...kinds('storage.k8s.io', ['v1'], {
    namespaced: ['CSIStorageCapacity csistoragecapacities'],
    cluster: [
      'CSIDriver csidrivers',
      'CSINode csinodes',
      'StorageClass storageclasses sc',
      'VolumeAttachment volumeattachments /status',
      'VolumeAttributesClass volumeattributesclasses vac',
    ],
  }),
  ...kinds('admissionregistration.k8s.io', ['v1'], {
    cluster: [
      'MutatingAdmissionPolicy mutatingadmissionpolicies',
      'MutatingAdmissionPolicyBinding mutatingadmissionpolicybindings',
      'MutatingWebhookConfiguration mutatingwebhookconfigurations',
      'ValidatingAdmissionPolicy validatingadmissionpolicies /status',
      'ValidatingAdmissionPolicyBinding validatingadmissionpolicybindings',
      'ValidatingWebhookConfiguration validatingwebhookconfigurations',
    ],
  }),
  ...kinds('apiextensions.k8s.io', ['v1'], {
    cluster: ['CustomResourceDefinition customresourcedefinitions crd crds /status'],
  }),
  ...kinds('apiregistration.k8s.io', ['v1'], { cluster: ['APIService apiservices /status'] }),
  ...kinds('scheduling.k8s.io', ['v1'], { cluster: ['PriorityClass priorityclasses pc'] }),
  ...kinds('node.k8s.io', ['v1'], { cluster: ['RuntimeClass runtimeclasses'] }),
  ...kinds('resource.k8s.io', ['v1'], {
    namespaced: ['ResourceClaim resourceclaims /status', 'ResourceClaimTemplate resourceclaimtemplates'],
    cluster: ['DeviceClass deviceclasses', 'ResourceSlice resourceslices'],
  }),
  ...kinds('flowcontrol.apiserver.k8s.io', ['v1'], {
    cluster: ['FlowSchema flowschemas /status', 'PriorityLevelConfiguration prioritylevelconfigurations /status'],
  }),
  ...kinds('metrics.k8s.io', ['v1beta1'], { namespaced: ['PodMetrics pods'], cluster: ['NodeMetrics nodes'] }),
];

function kinds(
  group: string,
  versions: readonly string[],
  { namespaced = [], cluster = [] }: { namespaced?: readonly string[]; cluster?: readonly string[] },
): KindNames[] {
  return versions.flatMap((version) => [
    ...namespaced.map((line) => ({ group, version, ...namesIn(line), namespaced: true })),
    ...cluster.map((line) => ({ group, version, ...namesIn(line), namespaced: false })),
  ]);
}

function namesIn(line: string): Pick<KindNames, 'kind' | 'name' | 'singularName' | 'shortNames' | 'subresources'> {
  const [kind = '', name = '', ...rest] = line.split(' ');
  return {
    kind,
    name,
    singularName: kind.toLowerCase(),
    shortNames: rest.filter((word) => !word.startsWith('/')),
    subresources: rest.filter((word) => word.startsWith('/')).map((word) => word.slice(1)),
  };
}
