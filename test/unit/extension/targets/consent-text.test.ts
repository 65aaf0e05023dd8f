import assert from 'node:assert/strict';
import { formatSettings } from '../../../../src/extension/targets/consent-text.ts';
import { providedSetting } from '../../../../src/extension/targets/provided-by-workspace.ts';

const where = { place: 'file:///w', identity: 'w' };

describe('the question about settings', () => {
  const context = { name: 'dev', server: 'https://dev' };

  it('says what they let agents do, in which context, and what else they allow', () => {
    const { message, isShortened } = formatSettings([
      providedSetting('enableCreate', true, { ...where, context }),
      providedSetting('enableExec', true, { ...where, context }),
      providedSetting('allowedContexts', ['dev-*', 'a b'], where),
      providedSetting('context', undefined, where),
    ]);
    assert.equal(
      message,
      'The settings of this workspace let agents write to the cluster of context dev: create, run commands. ' +
        'The settings of this workspace allow more than yours: allowedContexts = dev-*, "a b"; context = nothing. Do you agree?',
    );
    assert.equal(isShortened, false);
  });

  it('that does not fit is listed to the end, in lines that an editor shows', () => {
    const names = Array.from({ length: 500 }, (_, index) => `context-${index}`);
    const { message, details, isShortened } = formatSettings([providedSetting('allowedContexts', names, where)]);
    assert.equal(isShortened, true);
    assert.ok(message.length < 1_000 && /choose “Show”/.test(message));
    assert.match(details.replaceAll('\n    ', ''), /context-499\n$/);
    assert.ok(details.split('\n').every((line) => line.length < 250));
  });
});
