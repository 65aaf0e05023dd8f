import { conditionOf } from '../../apimachinery/conditions.ts';
import { fieldAt, objectsAt, textAt, textsAt } from '../../apimachinery/fields.ts';
import type { KubernetesObject } from '../../apimachinery/objects.ts';
import { kinds } from '../../apimachinery/well-known-kinds.ts';
import { statusFindings } from '../facts/condition-findings.ts';
import { cause, type Report, risk, someOf } from '../facts/finding.ts';
import { say } from '../facts/message.ts';
import { rule } from '../facts/rule.ts';
import { type ClientConfig, clientFindings } from './webhooks.ts';

export interface ApiService extends KubernetesObject {
  spec?: ClientConfig & { group?: string; version?: string; insecureSkipTLSVerify?: boolean };
}

/** An APIService: does the server behind it answer? */
export const apiServiceRule = rule<ApiService>(
  [kinds.services, kinds.endpointSlices],
  async (service, lookup): Promise<Report> => {
    const { spec } = service;
    const available = conditionOf(service, 'Available');
    const findings = await clientFindings(spec, lookup);
    if (available?.status !== 'True') {
      const reason = available
        ? `${available.reason ?? ''}: ${available.message ?? ''}`
        : say`nobody has looked at it yet`;
      findings.push(cause(say`${spec?.group}/${spec?.version} is not available: ${reason}`));
    }
    if (spec?.insecureSkipTLSVerify)
      findings.push(risk(say`the API server does not check the certificate of its server`));
    const where = spec?.service ? `Service ${spec.service.namespace}/${spec.service.name}` : 'the API server itself';
    return { summary: `${spec?.group || 'core'}/${spec?.version}, served by ${where}`, findings };
  },
);

/** A CustomResourceDefinition: are its names accepted, can its versions be converted? */
export const definitionRule = rule(
  [kinds.services, kinds.endpointSlices],
  async (definition, lookup): Promise<Report> => {
    const versions = objectsAt(definition, 'spec', 'versions');
    const names = versions.flatMap((version) => textAt(version, 'name') ?? []);
    const served = versions.filter(({ served: is }) => is === true).flatMap((version) => textAt(version, 'name') ?? []);
    const stale = textsAt(definition, 'status', 'storedVersions').filter((version) => !names.includes(version));
    const webhook = fieldAt(definition, 'spec', 'conversion', 'webhook', 'clientConfig') as ClientConfig | undefined;
    const conversion = (await clientFindings(webhook, lookup)).map(({ level, message }) => ({
      level,
      message: say`its conversion webhook: ${message}${level === 'cause' ? say`, so objects in other versions cannot be read` : ''}`,
    }));
    const findings = [...statusFindings(definition, false), ...conversion];
    if (conditionOf(definition, 'Established') === undefined)
      findings.push(cause(say`the API server has not accepted it yet`));
    if (served.length === 0) findings.push(cause(say`none of its versions is served`));
    if (stale.length > 0)
      findings.push(cause(say`objects may be stored in version ${someOf(stale)}, which it no longer has`));
    return {
      summary: `${textAt(definition, 'spec', 'names', 'kind')}, served in ${someOf(served) || 'no version'}`,
      findings,
    };
  },
);
