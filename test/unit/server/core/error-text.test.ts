import assert from 'node:assert/strict';
import { ApiError, UserError } from '../../../../src/kubernetes/apimachinery/errors.ts';
import { resolveKind } from '../../../../src/kubernetes/client/kind-resolution.ts';
import { CreationError } from '../../../../src/kubernetes/writes/object-problems.ts';
import { formatError, REMEDIES } from '../../../../src/server/core/error-text.ts';
import { tools } from '../../../../src/server/mcp/tools.ts';

function wordsOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    return formatError(error);
  }
  return '';
}

describe('errors in words for a model', () => {
  it('say which tool helps', () => {
    assert.equal(
      wordsOf(() => resolveKind([], 'xyzzy')),
      'The cluster serves no kind "xyzzy". get_api_resources lists the kinds.',
    );
    assert.equal(formatError(new UserError('It is so.')), 'It is so.');
  });

  it('say it of each object that was not created', () => {
    const object = { kind: 'Pod', metadata: { name: 'web' } };
    const exists = new ApiError(409, 'AlreadyExists', 'pods "web" already exists');
    const unknown = new UserError('There is no such kind.', 'list the kinds');
    const problems = [exists, unknown].map((error) => ({ what: 'Pod "web"', object, error }));
    const error = new CreationError(problems, { head: 'Nothing was created.', tail: 'More.' });
    assert.deepEqual(formatError(error).split('\n'), [
      'Nothing was created.',
      'Pod "web": pods "web" already exists (409 AlreadyExists) Use update_resource to change Pod "web".',
      'Pod "web": There is no such kind. get_api_resources lists the kinds.',
      'More.',
    ]);
    assert.doesNotMatch(error.message, /_resource/);
  });

  it('name tools that there are', () => {
    const names = tools.map(({ name }) => name);
    for (const words of Object.values(REMEDIES))
      for (const [name] of words.matchAll(/\b[a-z]+_[a-z_]+\b/g)) assert.ok(names.includes(name), name);
  });
});
