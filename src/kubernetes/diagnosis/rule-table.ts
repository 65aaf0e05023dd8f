import { kinds } from '../apimachinery/well-known-kinds.ts';
import { type Rule, rule } from './facts/rule.ts';
import type { Claim, Node, Pod, Service, Workload } from './facts/types.ts';
import { adminNetworkPolicyRule } from './rules/admin-network-policies.ts';
import { applicationRule } from './rules/argo-cd.ts';
import { type Autoscaler, autoscalerReport } from './rules/autoscalers.ts';
import { bindingRule } from './rules/bindings.ts';
import { budgetRule } from './rules/budgets.ts';
import { certManagerCertificateRule, certManagerStepRule } from './rules/cert-manager.ts';
import { certificateRequestRule } from './rules/certificate-requests.ts';
import { apiServiceRule, definitionRule } from './rules/extensions.ts';
import { FLUX_SOURCES, fluxRule, HELM_RELEASES, KUSTOMIZATIONS } from './rules/flux.ts';
import { gatewayClassRule, gatewayRule, routeRule } from './rules/gateways.ts';
import { type Ingress, ingressReport } from './rules/ingresses.ts';
import { destinationRuleRule, istioGatewayRule, virtualServiceRule } from './rules/istio.ts';
import { cronJobReport, jobReport } from './rules/jobs.ts';
import { kedaRule } from './rules/keda.ts';
import { knativeRule } from './rules/knative.ts';
import { limitRangeRule, priorityClassRule } from './rules/limits.ts';
import { namespaceReport } from './rules/namespaces.ts';
import { networkPolicyRule } from './rules/network-policies.ts';
import { nodeReport } from './rules/nodes.ts';
import { otherReport } from './rules/others.ts';
import { podReport } from './rules/pods.ts';
import { type Quota, quotaReport } from './rules/quotas.ts';
import { roleRule } from './rules/roles.ts';
import { configMapRule, secretRule } from './rules/secrets.ts';
import { serviceAccountRule } from './rules/service-accounts.ts';
import { serviceReport } from './rules/services.ts';
import { storageClassRule, volumeRule } from './rules/storage.ts';
import { claimReport } from './rules/volumes.ts';
import { webhookRule } from './rules/webhooks.ts';
import { deploymentReport, replicasReport } from './rules/workloads.ts';

const replicas = rule<Workload>([kinds.pods, kinds.podLogs], (object, lookup, { kind }) =>
  replicasReport(object, kind, lookup),
);
const customResource = rule([kinds.events], otherReport);
const named = (names: readonly string[], of: Rule) => Object.fromEntries(names.map((name) => [name, of]));

/** The rules by kind. Other kinds are judged by conditions, events and owned objects, and never called healthy. */
export const RULES: Record<string, Rule> = {
  pods: rule<Pod>([kinds.podLogs], (object, lookup) => podReport(object, lookup, { references: true })),
  nodes: rule<Node>([kinds.pods], nodeReport),
  services: rule<Service>([kinds.endpointSlices, kinds.pods], serviceReport),
  namespaces: rule([kinds.pods, kinds.deployments, kinds.services, kinds.ingresses], namespaceReport),
  configmaps: configMapRule,
  secrets: secretRule,
  serviceaccounts: serviceAccountRule,
  persistentvolumeclaims: rule<Claim>([], claimReport),
  persistentvolumes: volumeRule,
  resourcequotas: rule<Quota>([], quotaReport),
  limitranges: limitRangeRule,
  replicationcontrollers: replicas,
  'deployments.apps': rule<Workload>([kinds.pods, kinds.podLogs], deploymentReport),
  ...named(['replicasets.apps', 'statefulsets.apps', 'daemonsets.apps'], replicas),
  'jobs.batch': rule<Workload>([kinds.pods], jobReport),
  'cronjobs.batch': rule<Workload>([kinds.jobs], cronJobReport),
  'horizontalpodautoscalers.autoscaling': rule<Autoscaler>([], autoscalerReport),
  'poddisruptionbudgets.policy': budgetRule,
  'ingresses.networking.k8s.io': rule<Ingress>([kinds.services, kinds.endpointSlices], ingressReport),
  'networkpolicies.networking.k8s.io': networkPolicyRule,
  ...named(
    ['adminnetworkpolicies', 'baselineadminnetworkpolicies', 'clusternetworkpolicies'].map(
      (name) => `${name}.policy.networking.k8s.io`,
    ),
    adminNetworkPolicyRule,
  ),
  ...named(['rolebindings.rbac.authorization.k8s.io', 'clusterrolebindings.rbac.authorization.k8s.io'], bindingRule),
  ...named(['roles.rbac.authorization.k8s.io', 'clusterroles.rbac.authorization.k8s.io'], roleRule),
  'certificatesigningrequests.certificates.k8s.io': certificateRequestRule,
  'storageclasses.storage.k8s.io': storageClassRule,
  'priorityclasses.scheduling.k8s.io': priorityClassRule,
  'validatingwebhookconfigurations.admissionregistration.k8s.io': webhookRule,
  'mutatingwebhookconfigurations.admissionregistration.k8s.io': webhookRule,
  'apiservices.apiregistration.k8s.io': apiServiceRule,
  'customresourcedefinitions.apiextensions.k8s.io': definitionRule,

  'gatewayclasses.gateway.networking.k8s.io': gatewayClassRule,
  'gateways.gateway.networking.k8s.io': gatewayRule,
  ...named(
    ['httproutes', 'grpcroutes', 'tcproutes', 'udproutes', 'tlsroutes'].map(
      (name) => `${name}.gateway.networking.k8s.io`,
    ),
    routeRule,
  ),
  'certificates.cert-manager.io': certManagerCertificateRule,
  ...named(
    ['certificaterequests.cert-manager.io', 'orders.acme.cert-manager.io', 'challenges.acme.cert-manager.io'],
    certManagerStepRule,
  ),
  ...named(['issuers.cert-manager.io', 'clusterissuers.cert-manager.io'], customResource),
  'applications.argoproj.io': applicationRule,
  ...named([KUSTOMIZATIONS, HELM_RELEASES, ...FLUX_SOURCES], fluxRule),
  ...named(['scaledobjects.keda.sh', 'scaledjobs.keda.sh'], kedaRule),
  'virtualservices.networking.istio.io': virtualServiceRule,
  'destinationrules.networking.istio.io': destinationRuleRule,
  'gateways.networking.istio.io': istioGatewayRule,
  ...named(
    ['services', 'configurations', 'routes', 'revisions'].map((name) => `${name}.serving.knative.dev`),
    knativeRule,
  ),
};
