import * as z from 'zod';
import { UserError } from '../../../kubernetes/apimachinery/errors.ts';
import { chartSource, definitionsOf, fetchChart } from '../../../kubernetes/helm/chart.ts';
import { summaryText } from '../../../kubernetes/helm/release-operation.ts';
import { assertReleaseName } from '../../../kubernetes/helm/release-storage.ts';
import { workFolder } from '../../../kubernetes/helm/work-folder.ts';
import { defineTool } from '../../core/tool.ts';
import * as parameters from '../parameters.ts';
import { changeRelease, readValues, valuesText } from '../parts/helm-change.ts';

export const installHelmChart = defineTool({
  name: 'install_helm_chart',
  title: 'Install Helm Chart',
  description: 'Install a Helm chart as a new release. dryRun shows every object that it would create.',
  access: 'create',
  switch: 'helmInstall',
  toolset: 'helm',
  input: {
    name: parameters.name,
    chart: parameters.chart,
    version: parameters.chartVersion,
    namespace: parameters.namespace,
    values: parameters.values,
    createNamespace: z.boolean().default(false),
    wait: parameters.wait,
    timeoutSeconds: parameters.waitSeconds,
    dryRun: parameters.dryRun,
  },
  async run({ name, chart, version, namespace, createNamespace, wait, timeoutSeconds, dryRun, ...input }, call) {
    assertReleaseName(name);
    const values = await readValues(input.values);
    const source = await chartSource(chart, call.helm.workspace);
    const place = { name, namespace: namespace || call.connection.namespace };
    if (source.from === 'workspace' && version)
      throw new UserError('A chart of the workspace has one version: leave version out.');
    await using folder = await workFolder();
    call.progress('Fetching the chart');
    const file = await fetchChart(await call.helm.program(), source, version, folder, call.signal);
    const title = file.replace(/^.*[\\/]|\.tgz$/g, '');
    return await changeRelease(call, {
      intent: {
        operation: 'helmInstall',
        place,
        args: ['install', name, file, ...(createNamespace ? ['--create-namespace'] : [])],
        values: valuesText(values),
        summary: summaryText([`helm install ${name}`, `chart: ${title} (${chart})`], values),
        wait: wait ? timeoutSeconds : undefined,
        renders: true,
        isTrusted: source.from === 'repository',
        definitions: await definitionsOf(await call.helm.program(), file, folder, call.signal),
      },
      submitted: values,
      done: () => `Installed ${title}`,
      advice: 'The release stays as failed: uninstall_helm_release removes it, upgrade_helm_chart mends it.',
      dryRun,
    });
  },
});
