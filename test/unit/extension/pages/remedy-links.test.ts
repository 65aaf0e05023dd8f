import assert from 'node:assert/strict';
import { Destinations } from '../../../../src/extension/pages/destinations.ts';
import { remedyLinks } from '../../../../src/extension/pages/remedy-links.ts';
import { kinds } from '../../../../src/kubernetes/apimachinery/well-known-kinds.ts';
import { cause, withRemedies } from '../../../../src/kubernetes/diagnosis/facts/finding.ts';
import { say } from '../../../../src/kubernetes/diagnosis/facts/message.ts';

describe('the buttons of a finding', () => {
  it('are for what may mend it, on the object that is to be changed, in its context', () => {
    const to = new Destinations();
    const pod = { kind: kinds.pods, namespace: 'shop', name: 'web-1' };
    const finding = withRemedies(cause(say`it is broken`), pod, 'image', 'logs');
    const links = remedyLinks(finding, 'prod', to);
    assert.deepEqual(
      links.map(({ text }) => text),
      ['Change Image…', 'Show Logs'],
    );
    const coordinates = { context: 'prod', resource: 'pods', namespace: 'shop', name: 'web-1' };
    assert.deepEqual(to.at(links[0]?.to ?? 0), { type: 'command', command: 'mcpK8s.changeImage', coordinates });
    assert.deepEqual(remedyLinks(cause(say`nobody knows`), 'prod', to), []);
  });
});
