import assert from 'node:assert/strict';
import fc from 'fast-check';
import { documentOf, schemaUri } from '../../../../src/extension/documents/schema-uri.ts';

const POD = 'apiVersion: v1\nkind: Pod\nspec: {}\n';

describe('the address of a schema', () => {
  it('is another one for other kinds, another document and another cluster', () => {
    const uris = [
      schemaUri('file:///a.yaml', POD, '1'),
      schemaUri('file:///a.yaml', POD, '2'),
      schemaUri('file:///b.yaml', POD, '1'),
      schemaUri('file:///a.yaml', POD.replace('Pod', 'Node'), '1'),
      schemaUri('file:///a.yaml', `${POD}---\n${POD}`, '1'),
    ];
    assert.equal(new Set(uris).size, uris.length);
    assert.ok(uris.every((uri) => uri?.startsWith('mcp-k8s://schema/')));
  });

  it('is the same while only fields are edited', () => {
    assert.equal(
      schemaUri('file:///a.yaml', POD, '1'),
      schemaUri('file:///a.yaml', `${POD}metadata:\n  kind: other\n`, '1'),
    );
  });

  it('says which document it is for, whatever that is called', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (address, cluster) => {
        assert.equal(documentOf(schemaUri(address, POD, cluster) ?? ''), address);
      }),
    );
  });

  it('is none for other YAML', () => {
    assert.equal(schemaUri('file:///a.yaml', 'services: {}\n', '1'), undefined);
  });
});
