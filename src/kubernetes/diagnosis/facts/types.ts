import type { Condition } from '../../apimachinery/conditions.ts';
import type { LabelSelector } from '../../apimachinery/labels.ts';
import type { KubernetesObject } from '../../apimachinery/objects.ts';
import type * as common from '../../workloads/pods.ts';

// The fields that the diagnosis reads, all optional.

export interface Probe {
  httpGet?: { path?: string; port?: number | string; scheme?: string };
  tcpSocket?: { port?: number | string };
  grpc?: { port?: number };
  exec?: { command?: string[] };
}

export interface Container extends common.Container {
  ports?: { name?: string; containerPort?: number; protocol?: string }[];
  env?: { name?: string; valueFrom?: { configMapKeyRef?: KeyReference; secretKeyRef?: KeyReference } }[];
  envFrom?: { configMapRef?: NamedReference; secretRef?: NamedReference }[];
  readinessProbe?: Probe;
  livenessProbe?: Probe;
  startupProbe?: Probe;
}

export interface NamedReference {
  name?: string;
  optional?: boolean;
}

export interface KeyReference extends NamedReference {
  key?: string;
}

interface Projection extends NamedReference {
  items?: { key?: string }[];
}

export interface Volume {
  name: string;
  configMap?: Projection;
  secret?: { secretName?: string; optional?: boolean; items?: { key?: string }[] };
  projected?: { sources?: { configMap?: Projection; secret?: Projection }[] };
  persistentVolumeClaim?: { claimName?: string };
}

export interface PodSpec {
  containers?: Container[];
  initContainers?: Container[];
  resources?: common.Resources;
  volumes?: Volume[];
  nodeName?: string;
  nodeSelector?: Record<string, string>;
  serviceAccountName?: string;
  resourceClaims?: { name: string; resourceClaimName?: string; resourceClaimTemplateName?: string }[];
  imagePullSecrets?: { name?: string }[];
  priorityClassName?: string;
  priority?: number;
  preemptionPolicy?: string;
  restartPolicy?: string;
  schedulerName?: string;
  readinessGates?: { conditionType: string }[];
}

export type ContainerStatus = common.ContainerStatus;

export interface Pod extends KubernetesObject {
  spec?: PodSpec;
  status?: {
    phase?: string;
    reason?: string;
    message?: string;
    nominatedNodeName?: string;
    conditions?: Condition[];
    initContainerStatuses?: ContainerStatus[];
    containerStatuses?: ContainerStatus[];
  };
}

/** Any kind that runs pods. */
export interface Workload extends KubernetesObject {
  spec?: {
    replicas?: number;
    selector?: LabelSelector;
    template?: { metadata?: { labels?: Record<string, string> }; spec?: PodSpec };
    paused?: boolean;
    suspend?: boolean;
    serviceName?: string;
    completions?: number;
    backoffLimit?: number;
    backoffLimitPerIndex?: number;
    maxFailedIndexes?: number;
    successPolicy?: object;
    schedule?: string;
    timeZone?: string;
    jobTemplate?: { spec?: { template?: { spec?: PodSpec } } };
    updateStrategy?: { type?: string; rollingUpdate?: { partition?: number } };
  };
  status?: {
    replicas?: number;
    readyReplicas?: number;
    updatedReplicas?: number;
    availableReplicas?: number;
    desiredNumberScheduled?: number;
    currentNumberScheduled?: number;
    numberReady?: number;
    updatedNumberScheduled?: number;
    numberMisscheduled?: number;
    active?: number | object[];
    succeeded?: number;
    failed?: number;
    failedIndexes?: string;
    lastScheduleTime?: string;
    lastSuccessfulTime?: string;
    currentRevision?: string;
    updateRevision?: string;
  };
}

export interface ServicePort {
  name?: string;
  protocol?: string;
  port?: number;
  targetPort?: number | string;
}

export interface Service extends KubernetesObject {
  spec?: {
    type?: string;
    clusterIP?: string;
    selector?: Record<string, string>;
    ports?: ServicePort[];
    publishNotReadyAddresses?: boolean;
  };
  status?: { loadBalancer?: { ingress?: object[] } };
}

export interface EndpointSlice extends KubernetesObject {
  endpoints?: { conditions?: { ready?: boolean }; targetRef?: { name?: string } }[] | null;
  ports?: { name?: string; port?: number }[] | null;
}

export interface Claim extends KubernetesObject {
  spec?: {
    storageClassName?: string;
    volumeName?: string;
    accessModes?: string[];
    resources?: { requests?: { storage?: string } };
  };
  status?: {
    phase?: string;
    capacity?: { storage?: string };
    allocatedResourceStatuses?: Record<string, string>;
    modifyVolumeStatus?: { status?: string; targetVolumeAttributesClassName?: string };
  };
}

export interface Node extends KubernetesObject {
  spec?: { unschedulable?: boolean; taints?: { key: string; value?: string; effect: string }[] };
  status?: { allocatable?: Record<string, string> };
}
