import type { Limits } from '../apimachinery/limits.ts';
import type { ApiClient } from '../client/client.ts';
import type { ApiRequest } from '../client/request.ts';
import { JsonReader } from '../text/json-reader.ts';

/** A JSON answer that nobody is told of: records of releases, whose one value is no secret to be looked for. */
export async function readUnseen(client: ApiClient, request: ApiRequest, limits: Limits): Promise<unknown> {
  const reader = new JsonReader(limits);
  for await (const piece of await client.stream(request)) reader.push(piece);
  return await reader.read();
}
