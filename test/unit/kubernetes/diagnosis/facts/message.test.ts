import assert from 'node:assert/strict';
import { listed, say } from '../../../../../src/kubernetes/diagnosis/facts/message.ts';

describe('a message', () => {
  const inside = say`container ${'app'}`;
  const whole = say`image "${'{1}'}" of ${inside} cannot be pulled${undefined}`;

  it('is English as it stands', () => {
    assert.equal(String(whole), 'image "{1}" of container app cannot be pulled');
  });

  it('is said in another language down to the messages in it, in the order that this language has', () => {
    const chinese = new Map([
      ['image "{0}" of {1} cannot be pulled{2}', '无法拉取{1} 的镜像“{0}”{2}'],
      ['container {0}', '容器 {0}'],
    ]);
    assert.equal(
      whole.in((template) => chinese.get(template) ?? template),
      '无法拉取容器 app 的镜像“{1}”',
    );
  });

  it('is a list of those that there are', () => {
    assert.equal(String(listed([say`a`, '', undefined, 'b'])), 'a; b');
    assert.equal(listed(['', undefined]), '');
  });
});
