import * as z from 'zod';
import type { InputSchema, Tool } from './tool.ts';

/** The tool's input as a plain draft-07 schema; some clients drop every tool over one `$schema`. */
export function inputSchema(tool: Tool): InputSchema {
  const { properties, required } = z.toJSONSchema(z.object(tool.input), {
    target: 'draft-7',
    io: 'input',
    override: ({ jsonSchema }) => leaveOutPlatitudes(jsonSchema),
  });
  return {
    type: 'object',
    properties: (properties ?? {}) as Record<string, object>,
    ...(required?.length ? { required } : {}),
  };
}

// Calls are checked anyway, and every word of every tool costs the model tokens.
function leaveOutPlatitudes(schema: {
  minLength?: number;
  minimum?: number;
  maximum?: number;
  default?: unknown;
}): void {
  if (schema.minLength === 1) delete schema.minLength;
  delete schema.minimum;
  delete schema.maximum;
  if (schema.default === false || (Array.isArray(schema.default) && schema.default.length === 0)) delete schema.default;
}
