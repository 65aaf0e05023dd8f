import * as z from 'zod';
import { UserError } from '../../../kubernetes/apimachinery/errors.ts';
import { mapUnhurried } from '../../../kubernetes/apimachinery/unhurried.ts';
import { chartSource, fetchChart } from '../../../kubernetes/helm/chart.ts';
import { selectObjects, summaryByKind } from '../../../kubernetes/helm/release-objects.ts';
import { assertReleaseName } from '../../../kubernetes/helm/release-storage.ts';
import { capabilitiesOf, render } from '../../../kubernetes/helm/render.ts';
import { workFolder } from '../../../kubernetes/helm/work-folder.ts';
import { withoutDigests } from '../../../kubernetes/text/markers.ts';
import { readManifests } from '../../../kubernetes/text/reading.ts';
import { bounded, renderObject } from '../../core/response.ts';
import { defineTool } from '../../core/tool.ts';
import * as parameters from '../parameters.ts';
import { readValues, valuesText } from '../parts/helm-change.ts';

const MAX_TEXT = 20_000;

export const renderHelmChart = defineTool({
  name: 'render_helm_chart',
  title: 'Render Helm Chart',
  description: 'Render a Helm chart without installing it: a summary by kind, or the objects asked for.',
  access: 'read',
  switch: 'helmReleaseGet',
  toolset: 'helm',
  input: {
    chart: parameters.chart,
    version: parameters.chartVersion,
    name: z.string().default('release'),
    namespace: parameters.namespace,
    values: parameters.values,
    object: z.string().optional().describe('Only this: Deployment/web, Service'),
  },
  async run({ chart, version, name, namespace, object, ...input }, { connection, helm, signal }) {
    assertReleaseName(name);
    const values = await readValues(input.values);
    const source = await chartSource(chart, helm.workspace);
    // A read-only tool must not send requests to arbitrary addresses.
    if (source.from === 'registry' || source.from === 'url')
      throw new UserError(
        'Only charts of the workspace and of known repositories are rendered: dryRun of install_helm_chart shows others.',
      );
    await using folder = await workFolder();
    const program = await helm.program();
    const file = await fetchChart(program, source, version, folder, signal);
    const place = { name, namespace: namespace || connection.namespace };
    const rendering = {
      chart: file,
      place,
      values: valuesText(values),
      capabilities: await capabilitiesOf(connection, signal),
    };
    const objects = await readManifests(await render(program, rendering, signal));
    if (!object) {
      const summary = bounded(summaryByKind(objects), '', MAX_TEXT);
      return { text: `${chart} renders to ${objects.length} objects; object=kind/name shows one.\n${summary}` };
    }
    const chosen = selectObjects(objects, object);
    if (chosen.length === 0)
      throw new UserError(`The chart renders no ${object}. It renders:\n${bounded(summaryByKind(objects), '', 3_000)}`);
    const texts = await mapUnhurried(chosen, (one) => withoutDigests(renderObject(one)).trimEnd());
    return { text: bounded(texts.join('\n---\n'), 'Ask for one object by kind and name.', MAX_TEXT), isRedacted: true };
  },
});
