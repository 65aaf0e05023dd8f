import assert from 'node:assert/strict';
import fc from 'fast-check';
import { documentAddress, documentUri } from '../../../../src/extension/documents/document-uri.ts';
import { logAddress, logUri } from '../../../../src/extension/logs/log-uri.ts';

// Parses a URI into decoded parts, as VS Code does.
function parts(text: string): [path: string, query: string] {
  const [, path = '', query = ''] = /^[\w-]+:\/\/([^?]*)\??(.*)$/s.exec(text) ?? [];
  return [decodeURIComponent(path), decodeURIComponent(query)];
}

/** Context names can be anything: those of GKE and EKS, with spaces or escape-like sequences. */
const context = fc.oneof(
  fc.constantFrom(
    '//gke.io/p 1:y',
    'arn:aws:eks:eu:1:cluster/prod',
    'a b',
    'a/b/c',
    '100%',
    'x%41',
    'a&b=c',
    'a&context=b',
  ),
  fc.constantFrom('a&folder=b', '~26', '~7E26', '~~25', 'ünï ☸', '#?', '"', "'", '\\', '%', '&', '~', '+', '%2526'),
  fc.string({ unit: fc.constantFrom('~', '2', '5', '6', '7', 'E', '%', '&', '=', 'a', '/'), minLength: 1 }),
  fc.string({ unit: 'grapheme', minLength: 1 }).map((text) => text.toWellFormed()),
);

describe('the address of a document', () => {
  it('leads back to the context and the folder, whatever they are called', () => {
    fc.assert(
      fc.property(context, fc.option(context, { nil: undefined }), (name, target) => {
        const coordinates = { context: name, namespace: 'shop', resource: 'deployments.apps', name: 'web' };
        assert.deepEqual(documentAddress(...parts(documentUri({ target, coordinates }))), { target, coordinates });
        const log = { target, coordinates, container: 'app', previous: true, others: [] };
        assert.deepEqual(logAddress(...parts(logUri(log))), log);
      }),
      { numRuns: 1_000 },
    );
  });

  it('is another one for every context', () => {
    fc.assert(
      fc.property(context, context, (one, other) => {
        const uri = (name: string) =>
          documentUri({ target: undefined, coordinates: { context: name, resource: 'pods', name: 'a' } });
        assert.equal(decodeURIComponent(uri(one)) === decodeURIComponent(uri(other)), one === other);
      }),
      { numRuns: 1_000 },
    );
  });
});
