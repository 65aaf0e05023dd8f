import assert from 'node:assert/strict';
import { ownedFieldsText } from '../../../../src/kubernetes/apimachinery/owned-fields.ts';

describe('ownedFieldsText', () => {
  it('names a few fields, and what many have in common', () => {
    assert.equal(ownedFieldsText({ 'f:spec': { 'f:replicas': {} } }), 'spec.replicas');
    const image = { 'f:containers': { 'k:{"name":"web"}': { 'f:image': {} } } };
    assert.equal(ownedFieldsText({ 'f:spec': image }), 'spec.containers[web].image');
    const many = Object.fromEntries(['a', 'b', 'c', 'd', 'e'].map((key) => [`f:${key}`, {}]));
    assert.equal(ownedFieldsText({ 'f:data': many }), 'data…');
    assert.equal(ownedFieldsText({ 'f:data': { 'f:tls.crt': {} } }), 'data[tls.crt]');
  });

  it('names no value', () => {
    const set = { 'f:spec': { 'f:tokens': { 'v:"hunter2"': {} }, 'f:list': { 'k:{"token":"hunter2"}': {} } } };
    assert.equal(ownedFieldsText(set), 'spec.tokens[…], spec.list[…]');
    assert.equal(ownedFieldsText(undefined), '');
    assert.equal(ownedFieldsText({}), '');
  });
});
