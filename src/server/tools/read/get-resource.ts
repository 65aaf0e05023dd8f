import * as z from 'zod';
import { jsonText } from '../../../kubernetes/apimachinery/json.ts';
import type { KubernetesObject } from '../../../kubernetes/apimachinery/objects.ts';
import { locate } from '../../../kubernetes/client/read-object.ts';
import { queryPath } from '../../../kubernetes/text/json-path.ts';
import { redact } from '../../../kubernetes/text/redact.ts';
import { toYaml } from '../../../kubernetes/text/yaml.ts';
import { bounded, largestFields, renderObject } from '../../core/response.ts';
import { defineTool } from '../../core/tool.ts';
import * as parameters from '../parameters.ts';

export const getResource = defineTool({
  name: 'get_resource',
  title: 'Get Resource',
  description:
    'Get one object, without managedFields and with secret values redacted. Use fields when a few values are enough.',
  access: 'read',
  input: {
    kind: parameters.kind,
    name: parameters.name,
    namespace: parameters.namespace,
    apiVersion: parameters.apiVersion,
    output: z.enum(['yaml', 'json']).default('yaml'),
    fields: z.array(z.string()).optional().describe('JSONPaths, e.g. .spec.template.spec.containers[*].image'),
  },
  async run({ output, fields, ...named }, { connection, signal }) {
    const { object, shown } = await locate(connection, named, signal);
    const text = fields?.length ? selected(object, fields, output) : renderObject(object, output);
    const advice = () => `Use fields to get the parts that matter. Largest: ${largestFields(redact(object))}.`;
    return { text: bounded(text, advice), shown };
  },
});

function selected(object: KubernetesObject, fields: readonly string[], output: 'yaml' | 'json'): string {
  const shown = redact(object);
  const values = Object.fromEntries(
    fields.map((field) => {
      const found = queryPath(shown, field);
      return [field, found.length === 0 ? null : found.length === 1 ? found[0] : found];
    }),
  );
  return output === 'json' ? jsonText(values) : toYaml(values);
}
