import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ANYONE } from '../../../../src/server/http/authentication/identity.ts';
import { handshakeIn, newSessionId } from '../../../../src/server/http/session-id.ts';

const of = (owner: string) => ({ ...ANYONE, owner });
const PARAMS = {
  protocolVersion: '2025-11-25',
  clientInfo: { name: 'VS Code – 测试', version: '1', icons: ['x'] },
  capabilities: {
    elicitation: { form: {} },
    roots: {},
    sampling: {},
    extensions: { 'io.modelcontextprotocol/ui': {}, other: {} },
  },
};

describe('the id of a session', () => {
  it('says what answers depend on, to whoever began it', () => {
    const id = newSessionId(PARAMS, of('anna'));
    assert.match(id, /^[\x21-\x7e]{1,400}$/);
    assert.notEqual(id, newSessionId(PARAMS, of('anna')));
    assert.deepEqual(handshakeIn(id, of('anna')), {
      protocolVersion: '2025-11-25',
      clientInfo: { name: 'VS Code – 测试', version: '' },
      capabilities: { elicitation: { form: {} }, roots: {}, extensions: { 'io.modelcontextprotocol/ui': {} } },
    });
    assert.equal(handshakeIn(id, of('bob')), undefined);
  });

  it('is nothing to continue when it is made up or changed anywhere', () => {
    const id = newSessionId(PARAMS, of('anna'));
    fc.assert(
      fc.property(fc.nat(id.length - 1), fc.constantFrom(...'aA0-_.'), (at, other) => {
        const changed = `${id.slice(0, at)}${other}${id.slice(at + 1)}`;
        if (changed !== id) assert.equal(handshakeIn(changed, of('anna')), undefined);
      }),
    );
    fc.assert(fc.property(fc.string(), (made) => assert.equal(handshakeIn(made, of('')), undefined)));
  });

  it('stays short, whatever a client says of itself', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 5_000 }), fc.dictionary(fc.string(), fc.jsonValue()), (name, elicitation) => {
        const params = { protocolVersion: '2025-11-25', clientInfo: { name }, capabilities: { elicitation } };
        assert.ok(newSessionId(params, of('')).length <= 2_000);
      }),
    );
    const long = { ...PARAMS, capabilities: { roots: { name: 'y'.repeat(3_000) } } };
    assert.match(newSessionId(long, of('')), /^[0-9a-f-]{36}$/);
  });
});
