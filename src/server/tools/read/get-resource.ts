import * as z from 'zod';
import { cleanManifest } from '../../../kubernetes/apimachinery/clean-manifest.ts';
import { UserError } from '../../../kubernetes/apimachinery/errors.ts';
import { jsonText } from '../../../kubernetes/apimachinery/json.ts';
import type { KubernetesObject } from '../../../kubernetes/apimachinery/objects.ts';
import { giveWay, mapUnhurried } from '../../../kubernetes/apimachinery/unhurried.ts';
import { locate } from '../../../kubernetes/client/read-object.ts';
import { certificatesIn } from '../../../kubernetes/text/certificates.ts';
import { PathBudget, queryPath } from '../../../kubernetes/text/json-path.ts';
import { oneLine } from '../../../kubernetes/text/one-line.ts';
import { redact } from '../../../kubernetes/text/redact.ts';
import { redactText } from '../../../kubernetes/text/redact-text.ts';
import { toYaml } from '../../../kubernetes/text/yaml.ts';
import { bounded, largestFields, renderObject } from '../../core/response.ts';
import { defineTool } from '../../core/tool.ts';
import * as parameters from '../parameters.ts';
import { mistypedPaths } from '../parts/mistyped-path.ts';
import { forQuery } from '../parts/shown-object.ts';

/** The most that all fields of a call may find, in characters of JSON; an answer shows far less. */
const MAX_FOUND = 2_000_000;
const MAX_FIELDS = 50;
const OUTPUTS = ['yaml', 'json', 'manifest', 'history'] as const;

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
    output: z.enum(OUTPUTS).default('yaml').describe('manifest: as kept in git'),
    fields: z.array(z.string()).optional().describe('JSONPaths, e.g. .spec.template.spec.containers[*].image'),
  },
  async run({ output, fields, ...named }, { connection, signal }) {
    const { object, shown, resource } = await locate(connection, named, signal);
    if (output === 'history') {
      const { rolloutHistory } = await import('../../../kubernetes/writes/rollout.ts');
      return { text: await rolloutHistory(connection, resource, object, signal), shown };
    }
    if (fields?.length) {
      const { text, empty } = await selected(object, fields, output);
      const hints = await mistypedPaths(connection.client, resource, empty, signal);
      const notes = hints.map(({ text: hint }) => `${output === 'json' ? '\n' : ''}# ${hint}`);
      return { text: bounded(`${text}${notes.join('\n')}`, 'Ask for fewer fields.'), isRedacted: true, shown };
    }
    // Find what to redact first; this may take as long as everything else.
    redact(object);
    await giveWay();
    const shownText = output === 'manifest' ? toYaml(cleanManifest(redact(object))) : renderObject(object, output);
    const text = output === 'json' ? shownText : `${shownText}${certificateNotes(object)}`;
    await giveWay();
    const advice = () => `Use fields to get the parts that matter. Largest: ${largestFields(redact(object))}.`;
    return { text: bounded(text, advice), isRedacted: true, shown };
  },
});

/** The values of the fields, and the fields without one. */
async function selected(
  object: KubernetesObject,
  fields: readonly string[],
  output: (typeof OUTPUTS)[number],
): Promise<{ text: string; empty: string[] }> {
  if (fields.length > MAX_FIELDS) throw new UserError(`One call takes at most ${MAX_FIELDS} fields.`);
  const shown = forQuery(object, fields);
  const budget = new PathBudget();
  let size = 0;
  const found = await mapUnhurried(fields, (field) => {
    const values = queryPath(shown, field, budget);
    // Paths may find the same part many times, by itself and inside others.
    for (const value of values) {
      size += jsonText(value)?.length ?? 0;
      if (size > MAX_FOUND)
        throw new UserError('The fields find more than fits into an answer: use fewer of .. and *.');
    }
    return { field, values };
  });
  const values = Object.fromEntries(
    found.map(({ field, values: all }) => [field, all.length === 0 ? null : all.length === 1 ? all[0] : all]),
  );
  return {
    text: output === 'json' ? jsonText(values) : toYaml(values),
    empty: found.filter(({ values: all }) => all.length === 0).map(({ field }) => field),
  };
}

// Comments are for the model; nobody applies this text.
function certificateNotes(object: KubernetesObject): string {
  return certificatesIn(object)
    .map(({ path, text }) => `# ${path}: ${redactText(oneLine(text))}\n`)
    .join('');
}
