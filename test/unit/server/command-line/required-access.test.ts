import assert from 'node:assert/strict';
import { parseRequiredAccess } from '../../../../src/server/command-line/required-access.ts';

describe('the access that callers need', () => {
  const parse = (text: string) => parseRequiredAccess('--token-review-access', text);

  it('is a verb and a path, or a verb, a resource and where', () => {
    assert.deepEqual(parse('get /mcp'), { nonResourceAttributes: { verb: 'get', path: '/mcp' } });
    const resource = { verb: 'use', group: '', resource: 'services', name: '', namespace: '' };
    assert.deepEqual(parse('use services'), { resourceAttributes: resource });
    assert.deepEqual(parse(' use  services/mcp-k8s tools '), {
      resourceAttributes: { ...resource, name: 'mcp-k8s', namespace: 'tools' },
    });
    assert.deepEqual(parse('use servers.mcp.example.com'), {
      resourceAttributes: { ...resource, group: 'mcp.example.com', resource: 'servers' },
    });
  });

  it('is nothing else', () => {
    for (const text of [
      '',
      'get',
      '/mcp',
      'get /mcp tools',
      'get services tools more',
      'GET /mcp',
      'get services/',
      '* *',
    ])
      assert.throws(() => parse(text), /takes a verb and a path/, text);
  });
});
