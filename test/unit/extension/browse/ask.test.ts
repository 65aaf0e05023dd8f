import assert from 'node:assert/strict';
import { ask, BACK, CANCELLED } from '../../../../src/extension/browse/ask.ts';

describe('questions', () => {
  function scripted(answers: (string | typeof BACK | typeof CANCELLED)[]) {
    const asked: string[] = [];
    const question = (name: string) => async () => {
      asked.push(name);
      const answer = answers.shift() ?? CANCELLED;
      return typeof answer === 'symbol' ? answer : { answer };
    };
    return { asked, question };
  }

  it('lead from one answer to the next question', async () => {
    const { question } = scripted(['a', 'b']);
    const given: string[] = [];
    const outcome = await ask(question('1'), ({ answer: first }) =>
      ask(question('2'), async ({ answer: second }) => {
        given.push(first, second);
        return undefined;
      }),
    );
    assert.equal(outcome, undefined);
    assert.deepEqual(given, ['a', 'b']);
  });

  it('are asked again when the user goes back', async () => {
    const { asked, question } = scripted(['a', BACK, 'b', 'c']);
    await ask(question('1'), () => ask(question('2'), async () => undefined));
    assert.deepEqual(asked, ['1', '2', '1', '2']);
  });

  it('end at once when the user leaves', async () => {
    const { asked, question } = scripted(['a', CANCELLED, 'b']);
    assert.equal(await ask(question('1'), () => ask(question('2'), async () => undefined)), CANCELLED);
    assert.deepEqual(asked, ['1', '2']);
  });
});
