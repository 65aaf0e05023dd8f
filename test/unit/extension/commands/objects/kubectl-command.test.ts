import assert from 'node:assert/strict';
import fc from 'fast-check';
import { kubectlCommand } from '../../../../../src/extension/commands/objects/kubectl-command.ts';
import { UserError } from '../../../../../src/kubernetes/apimachinery/errors.ts';

const pod = { context: 'admin', resource: 'pods', namespace: 'shop', name: 'web-1' };

describe('the command for a terminal', () => {
  it('names the object, its namespace and its context', () => {
    assert.equal(kubectlCommand(pod), 'kubectl get pods web-1 --namespace shop --context admin --output yaml');
    assert.equal(
      kubectlCommand({ ...pod, resource: 'nodes', namespace: undefined, context: 'my cluster' }),
      "kubectl get nodes web-1 --context 'my cluster' --output yaml",
    );
  });

  it('is not made of names that a shell or kubectl could take for more', () => {
    for (const name of [
      '--kubeconfig=x',
      '-A',
      "a'; x",
      'a\u2019; x',
      'a\nx',
      'a&x',
      'a|x',
      '%PATH%',
      '$(x)',
      'a\\',
      '~',
      '',
    ])
      for (const part of ['name', 'context'])
        assert.throws(() => kubectlCommand({ ...pod, [part]: name }), UserError, `${part} ${name}`);
  });

  it('has every other name as one word of letters, digits and signs without a meaning', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary-ascii' }), (name) => {
        try {
          const [, word = ''] = /^kubectl get pods (.*) --namespace/s.exec(kubectlCommand({ ...pod, name })) ?? [];
          assert.match(word, /^(?:[\w.:@=+/-]+|'[^'\n\\&|<>^%!"`$;]+')$/);
        } catch (error) {
          assert.ok(error instanceof UserError, String(error));
        }
      }),
    );
  });
});
