import type { KubernetesObject } from '../../apimachinery/objects.ts';
import { kinds } from '../../apimachinery/well-known-kinds.ts';
import { certificateReport } from '../facts/certificates.ts';
import { destinationFindings } from '../facts/endpoints.ts';
import { type Finding, type Report, risk, someOf } from '../facts/finding.ts';
import type { Lookup } from '../facts/lookup.ts';
import { type Filling, say } from '../facts/message.ts';
import { rule } from '../facts/rule.ts';

/** How the API server reaches an extension. */
export interface ClientConfig {
  url?: string;
  caBundle?: string;
  service?: { namespace?: string; name?: string; port?: number };
}

export interface Webhook {
  name?: string;
  clientConfig?: ClientConfig;
  failurePolicy?: string;
  timeoutSeconds?: number;
  rules?: { operations?: string[]; resources?: string[]; apiGroups?: string[] }[];
}

export interface WebhookConfiguration extends KubernetesObject {
  webhooks?: Webhook[];
}

/** A webhook configuration: can each webhook be reached, and what happens to requests if not? */
export const webhookRule = rule<WebhookConfiguration>(
  [kinds.services, kinds.endpointSlices],
  async ({ webhooks = [] }, lookup): Promise<Report> => {
    const found = await Promise.all(webhooks.map((webhook) => webhookFindings(webhook, lookup)));
    const external = webhooks.filter(({ clientConfig }) => clientConfig?.url).length;
    return {
      summary: `${webhooks.length} webhooks${external > 0 ? `, ${external} of them outside of the cluster, which nobody here can look at` : ''}`,
      findings: found.flat(),
      children: [{ title: 'Webhooks', lines: webhooks.slice(0, 8).map(webhookText) }],
    };
  },
);

/** Why the webhook cannot be reached, and what that means for requests. */
export async function webhookFindings(webhook: Webhook, lookup: Lookup): Promise<Finding[]> {
  const { name, failurePolicy = 'Fail' } = webhook;
  const problems = await clientFindings(webhook.clientConfig, lookup);
  const { operations, resources } = requestsOf(webhook);
  const effect =
    failurePolicy === 'Fail'
      ? say`${operations} of ${resources} are refused`
      : say`${operations} of ${resources} go through unchecked`;
  return problems.map(({ level, message }) => {
    const whole = say`webhook ${name}: ${message}${level === 'cause' ? say`, so ${effect} (failurePolicy ${failurePolicy})` : ''}`;
    return failurePolicy === 'Fail' ? { level, message: whole } : risk(whole);
  });
}

/** Why an extension of the API server cannot be reached: its Service, its endpoints, or its CA certificate. */
export async function clientFindings(
  { service, caBundle }: ClientConfig = {},
  lookup: Lookup,
  defaultPort = 443,
): Promise<Finding[]> {
  const trust = caBundle ? certificateReport(caBundle, say`its caBundle`, { bundle: true }).findings : [];
  if (!service) return trust;
  const { namespace = '', name = '', port = defaultPort } = service;
  return [
    ...(await destinationFindings({ namespace, name, port: { number: port } }, say`it is served by`, lookup)),
    ...trust,
  ];
}

function webhookText(webhook: Webhook): string {
  const { name, clientConfig, failurePolicy } = webhook;
  const service = clientConfig?.service;
  const { operations, resources } = requestsOf(webhook);
  const where = service ? `Service ${service.namespace}/${service.name}` : (clientConfig?.url ?? '?');
  return `${name} → ${where}, ${failurePolicy ?? 'Fail'}: ${operations} of ${resources}`;
}

function requestsOf({ rules = [] }: Webhook): { operations: Filling; resources: Filling } {
  const operations = [...new Set(rules.flatMap((one) => one.operations ?? []))];
  const resources = [...new Set(rules.flatMap((one) => one.resources ?? []))];
  return { operations: someOf(operations, 4) || '?', resources: someOf(resources, 4) || '?' };
}
