import * as z from 'zod';
import { Creation } from '../../../kubernetes/writes/creation.ts';
import { defineTool } from '../../core/tool.ts';
import * as parameters from '../parameters.ts';

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
    const creation = await Creation.of(manifest, namespace, call.writer);
    await creation.validate();
    if (dryRun) {
      await creation.try();
      return { text: creation.report('would be created') };
    }
    await creation.create();
    return { text: creation.report('created') };
  },
});
