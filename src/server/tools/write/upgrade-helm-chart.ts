import * as z from 'zod';
import { UserError } from '../../../kubernetes/apimachinery/errors.ts';
import { type ChartSource, chartSource, definitionsOf, fetchChart } from '../../../kubernetes/helm/chart.ts';
import { type FoundRelease, findRelease } from '../../../kubernetes/helm/find-release.ts';
import { summaryText } from '../../../kubernetes/helm/release-operation.ts';
import { assertReleaseName, ReleaseStorage } from '../../../kubernetes/helm/release-storage.ts';
import { writeStoredChart } from '../../../kubernetes/helm/stored-chart.ts';
import { type WorkFolder, workFolder } from '../../../kubernetes/helm/work-folder.ts';
import { defineTool, type ToolContext } from '../../core/tool.ts';
import * as parameters from '../parameters.ts';
import { changeRelease, readValues, valuesText } from '../parts/helm-change.ts';

export const upgradeHelmChart = defineTool({
  name: 'upgrade_helm_chart',
  title: 'Upgrade Helm Chart',
  description:
    'Upgrade a Helm release to another chart, version or values. Values set before stay unless resetValues; dryRun shows the diff.',
  access: 'update',
  switch: 'helmUpgrade',
  toolset: 'helm',
  input: {
    name: parameters.name,
    chart: parameters.chart
      .optional()
      .describe('repository/name, oci://… or a workspace folder; default: as installed'),
    version: parameters.chartVersion,
    namespace: parameters.namespace,
    values: parameters.values,
    resetValues: z.boolean().default(false),
    install: z.boolean().default(false).describe('Install it if there is none'),
    wait: parameters.wait,
    timeoutSeconds: parameters.waitSeconds,
    dryRun: parameters.dryRun,
  },
  async run({ name, chart, version, namespace, resetValues, install, wait, timeoutSeconds, dryRun, ...input }, call) {
    assertReleaseName(name);
    const values = await readValues(input.values);
    const found = await existing(name, namespace || undefined, install, call);
    const place = { name, namespace: found?.namespace ?? (namespace || call.connection.namespace) };
    await using folder = await workFolder();
    const source = chart === undefined ? undefined : await chartSource(chart, call.helm.workspace);
    const file = await chartFile({ source, version }, found, folder, call);
    const title = file.replace(/^.*[\\/]|\.tgz$/g, '');
    const last = found?.revisions.find(({ status }) => status === 'deployed' || status === 'superseded')?.revision;
    return await changeRelease(call, {
      intent: {
        operation: 'helmUpgrade',
        place,
        args: [
          'upgrade',
          name,
          file,
          resetValues ? '--reset-values' : '--reset-then-reuse-values',
          ...(install ? ['--install'] : []),
        ],
        values: valuesText(values),
        summary: summaryText(
          [
            `helm upgrade ${name}`,
            `chart: ${title} (${chart ?? 'as installed'})`,
            `values set before: ${resetValues ? 'dropped' : 'kept'}`,
          ],
          values,
        ),
        wait: wait ? timeoutSeconds : undefined,
        renders: true,
        isTrusted: source?.from === 'repository',
        definitions: found ? [] : await definitionsOf(await call.helm.program(), file, folder, call.signal),
      },
      submitted: values,
      done: (release) => `Upgraded to ${title}, revision ${release?.revision ?? '?'}`,
      advice:
        last === undefined
          ? 'upgrade_helm_chart with other values, or uninstall_helm_release.'
          : `rollback_helm_release name=${name} namespace=${place.namespace} revision=${last} goes back to the last revision that worked.`,
      dryRun,
    });
  },
});

async function existing(
  name: string,
  namespace: string | undefined,
  install: boolean,
  { connection, signal }: ToolContext,
): Promise<FoundRelease | undefined> {
  const storage = new ReleaseStorage(connection.client, 'helmUpgrade', signal);
  if (!install) return findRelease(connection, storage, name, namespace);
  const place = namespace ?? connection.namespace;
  const [newest, ...older] = (await storage.revisions(place, name)).sort((a, b) => b.revision - a.revision);
  return newest && { name, namespace: place, revisions: [newest, ...older] };
}

async function chartFile(
  { source, version }: { source: ChartSource | undefined; version: string | undefined },
  found: FoundRelease | undefined,
  folder: WorkFolder,
  { helm, connection, signal, progress }: ToolContext,
): Promise<string> {
  if (source) {
    progress('Fetching the chart');
    return fetchChart(await helm.program(), source, version, folder, signal);
  }
  if (version !== undefined) throw new UserError('Give the chart too: what is installed is kept in one version only.');
  if (!found) throw new UserError('Give the chart: there is no release yet that could have one.');
  const storage = new ReleaseStorage(connection.client, 'helmUpgrade', signal);
  return writeStoredChart(await storage.read(found.revisions[0]), folder);
}
