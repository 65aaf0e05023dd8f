import assert from 'node:assert/strict';
import fc from 'fast-check';
import { loginNotice } from '../../../../src/extension/logins/login-text.ts';
import { textWithUnseen, UNSEEN_SIGNS } from '../../../support/unseen.ts';

const base = { plugin: 'az', context: 'prod', text: 'open it' };

describe('the notice of a login', () => {
  it('shows the address whole, and says when it cannot', () => {
    const short = loginNotice({ ...base, url: 'https://a.example/device', code: 'ABCD-EFGH' });
    assert.deepEqual(
      [short.url, short.address, short.isWhole, short.code],
      ['https://a.example/device', 'https://a.example/device', true, 'ABCD-EFGH'],
    );
    const long = loginNotice({ ...base, url: `https://a.example/?x=${'y'.repeat(900)}` });
    assert.equal(long.isWhole, false);
    assert.match(long.address, /^https:\/\/a\.example\/\?x=y+…$/);
    assert.equal(long.url?.length, 'https://a.example/?x='.length + 900);
  });

  it('leads nowhere but to a browser’s address', () => {
    for (const url of [
      'command:workbench.action.quit',
      'javascript:alert(1)',
      'file:///etc/passwd',
      'vscode://x/y',
      'https://user:pw@a.example/',
      'no address',
    ])
      assert.equal(loginNotice({ ...base, url }).url, undefined, url);
  });

  it('holds no link, no line end and nothing unseen, whatever a server says', () => {
    const text = fc.oneof(textWithUnseen, fc.constant('](command:x) [\u202Ey](https://b.example)'));
    fc.assert(
      fc.property(text, text, text, text, text, (plugin, context, words, code, rest) => {
        const notice = loginNotice({ plugin, context, text: words, code, url: `https://a.example/${rest}` });
        for (const shown of [notice.plugin, notice.context, notice.text])
          assert.doesNotMatch(shown, /[\p{C}\p{Default_Ignorable_Code_Point}\u2028\u2029\u2800]/u);
        assert.ok(notice.code === undefined || /^[A-Za-z0-9-]+$/.test(notice.code));
        assert.doesNotMatch(notice.address, /[[\]\s]/);
      }),
    );
    assert.deepEqual(
      UNSEEN_SIGNS.filter((sign) => loginNotice({ ...base, text: `a${sign}` }).text.includes(sign)),
      [],
    );
  });
});
