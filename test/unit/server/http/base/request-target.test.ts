import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { toOriginForm } from '../../../../../src/server/http/base/request-target.ts';

describe('the target of a request', () => {
  it('in absolute form is a path, and the host that counts', () => {
    for (const [url, host, path] of [
      ['http://a.example/mcp', 'a.example', '/mcp'],
      ['HTTPS://a.example:8443/mcp?x=http://b', 'a.example:8443', '/mcp?x=http://b'],
      ['http://a.example', 'a.example', '/'],
      ['http://a.example?x', 'a.example', '/?x'],
      ['http:///mcp', '', '/mcp'],
      ['/mcp?x=http://b/', 'given', '/mcp?x=http://b/'],
      ['//a.example/mcp', 'given', '//a.example/mcp'],
      ['*', 'given', '*'],
    ] as const) {
      const request = { url, headers: { host: 'given' } };
      toOriginForm(request as unknown as IncomingMessage);
      assert.deepEqual([request.headers.host, request.url], [host, path], url);
    }
  });
});
