import assert from 'node:assert/strict';
import { formatDetails } from '../../../../src/extension/targets/consent-text.ts';
import { providedSetting } from '../../../../src/extension/targets/provided-by-workspace.ts';

const where = { place: 'file:///w', identity: 'w' };

describe('what a workspace asks for', () => {
  const context = { name: 'dev', server: 'https://dev' };

  it('is told in full: what agents may do, in which context, and what else is allowed', () => {
    const details = formatDetails([
      providedSetting('enableCreate', true, { ...where, context }),
      providedSetting('enableExec', true, { ...where, context }),
      providedSetting('allowedContexts', ['dev-*', 'a b'], where),
      providedSetting('context', undefined, where),
    ]);
    assert.deepEqual(details.split('\n'), [
      'mcpK8s.enableCreate = true (agents may create) in the context dev',
      'mcpK8s.enableExec = true (agents may run commands) in the context dev',
      'mcpK8s.allowedContexts = dev-*, "a b"',
      'mcpK8s.context = nothing',
      '',
    ]);
  });

  it('is listed to the end, in lines that an editor shows', () => {
    const names = Array.from({ length: 500 }, (_, index) => `context-${index}`);
    const details = formatDetails([providedSetting('allowedContexts', names, where)]);
    assert.match(details.replaceAll('\n    ', ''), /context-499\n$/);
    assert.ok(details.split('\n').every((line) => line.length < 250));
  });
});
