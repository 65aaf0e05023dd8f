import type { Schema } from '../../kubernetes/apimachinery/schema.ts';
import type { Connection } from '../../kubernetes/client/cluster.ts';
import { kindSchema } from '../../kubernetes/client/openapi.ts';
import { kindsIn } from './manifest-text.ts';

/** A JSON schema for the documents of a text: each is checked by its kind's schema, or by none if unknown. */
export async function manifestSchema(text: string, { client, discovery }: Connection): Promise<object> {
  const schemas: Record<string, Schema> = {};
  const rules = await Promise.all(
    kindsIn(text).map(async ({ apiVersion, kind }) => {
      try {
        const resource = await discovery.resolve(kind, apiVersion);
        const { root, definitions } = await kindSchema(client, resource, AbortSignal.timeout(10_000));
        Object.assign(schemas, definitions);
        const properties = { apiVersion: { const: apiVersion }, kind: { const: kind } };
        // Instead of if/then: an object with a `then` member is taken for a promise.
        return [{ anyOf: [{ not: { properties, required: ['apiVersion', 'kind'] } }, root] }];
      } catch {
        return [];
      }
    }),
  );
  // OpenAPI references point to `#/components/schemas`.
  return { $schema: 'http://json-schema.org/draft-07/schema#', allOf: rules.flat(), components: { schemas } };
}
