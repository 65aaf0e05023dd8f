import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { type Question, QuestionSeal } from '../../../../src/server/mcp/question-seal.ts';

const question: Question = {
  owner: 'alice',
  call: ['delete_resource', { kind: 'pod', name: 'web' }],
  content: [{ before: { a: 1, b: 2n } }],
};

describe('the seal of a question', () => {
  const seal = new QuestionSeal(randomBytes(32));

  it('is good for just this question, in whatever order its members come', () => {
    const state = seal.seal(question, 2, 'a');
    const same = { ...question, call: ['delete_resource', { name: 'web', kind: 'pod' }] };
    for (const one of [question, same]) {
      const { isSame, round } = seal.open(state, one);
      assert.deepEqual([isSame, round], [true, 2]);
    }
    assert.equal(seal.open(state, { ...question, content: [{ before: { a: 1, b: 3n } }] }).isSame, false);
  });

  it('is refused to another caller, for another call, and by another server', () => {
    const state = seal.seal(question, 1, 'a');
    const unknown = { code: -32602 };
    assert.throws(() => seal.open(state, { ...question, owner: 'mallory' }), unknown);
    assert.throws(
      () => seal.open(state, { ...question, call: ['delete_resource', { kind: 'pod', name: 'db' }] }),
      unknown,
    );
    assert.throws(() => new QuestionSeal(randomBytes(32)).open(state, question), unknown);
  });

  it('is good once', () => {
    const state = seal.seal(question, 1, 'once');
    assert.equal(seal.open(state, question).use(), true);
    assert.equal(seal.open(state, question).use(), false);
  });

  it('is good once for all questions that make up the same', () => {
    const [first, second] = [seal.seal(question, 1, 'b'), seal.seal({ ...question, content: 'other' }, 2, 'b')];
    assert.equal(seal.open(second, { ...question, content: 'other' }).use(), true);
    assert.equal(seal.open(first, question).use(), false);
  });

  it('tells what its question made up, to whoever may answer it', () => {
    const state = seal.seal(question, 1, 'seed');
    const { owner, call } = question;
    assert.equal(seal.seedOf(state, { owner, call }), 'seed');
    assert.equal(seal.seedOf(state, { owner: 'mallory', call }), undefined);
    assert.equal(seal.seedOf(state, { owner, call: ['delete_resource', { kind: 'pod', name: 'db' }] }), undefined);
    assert.equal(seal.seedOf(state.replace('seed', 'mine'), { owner, call }), undefined);
    assert.equal(new QuestionSeal(randomBytes(32)).seedOf(state, { owner, call }), undefined);
    seal.open(state, question).use();
    assert.equal(seal.seedOf(state, { owner, call }), undefined);
  });

  it('cannot be made up or changed', () => {
    const state = seal.seal(question, 1, 'a');
    const opens = (given: string) => {
      try {
        return seal.open(given, question).isSame;
      } catch {
        return false;
      }
    };
    const change = fc.tuple(fc.nat(state.length - 1), fc.string({ minLength: 0, maxLength: 3 }));
    fc.assert(
      fc.property(change, ([at, text]) => {
        const changed = state.slice(0, at) + text + state.slice(at + 1);
        assert.equal(opens(changed), changed === state);
      }),
    );
    fc.assert(fc.property(fc.string({ maxLength: 600 }), (given) => assert.equal(opens(given), false)));
  });
});
