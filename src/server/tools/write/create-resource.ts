import * as z from 'zod';
import { Creation, CreationError } from '../../../kubernetes/writes/creation.ts';
import { defineTool } from '../../core/tool.ts';
import * as parameters from '../parameters.ts';
import { adviceForKind } from '../subresources.ts';

export const createResource = defineTool({
  name: 'create_resource',
  title: 'Create Resources',
  description:
    'Create the objects of a manifest. All are validated on the server before the first is created; use update_resource for what exists.',
  access: 'create',
  input: {
    manifest: z.string().min(1).describe('YAML or JSON, several documents allowed'),
    namespace: parameters.namespace.describe('For documents that name none'),
    dryRun: parameters.dryRun,
  },
  async run({ manifest, namespace, dryRun }, call) {
    const creation = await Creation.of(manifest, namespace, call);
    await creation.validate().catch(withAdvice);
    if (dryRun) {
      await creation.try();
      return { text: creation.report('would be created') };
    }
    await creation.create();
    return { text: creation.report('created') };
  },
});

function withAdvice(error: unknown): never {
  if (!(error instanceof CreationError)) throw error;
  const advice = [...new Set(error.problems.flatMap(({ object }) => adviceForKind(object.kind) ?? []))];
  throw advice.length > 0 ? error.with(advice.join('\n')) : error;
}
