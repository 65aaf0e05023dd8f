import assert from 'node:assert/strict';
import { errorText } from '../../../../src/kubernetes/apimachinery/error-text.ts';
import { ApiError } from '../../../../src/kubernetes/apimachinery/errors.ts';

describe('the text of an error', () => {
  it('says what is to be quoted, whatever the API server was asked for', () => {
    for (const [message, text] of [
      [
        'failed to create typed patch object (/c; storage.k8s.io/v1, Kind=StorageClass): .parameters.count: expected string, got &value.valueUnstructured{Value:true}',
        'failed to create typed patch object (/c; storage.k8s.io/v1, Kind=StorageClass): .parameters.count must be a string: quote it (500 X)',
      ],
      [
        'StorageClass in version "v1" cannot be handled as a StorageClass: json: cannot unmarshal bool into Go struct field StorageClass.parameters of type string',
        'StorageClass in version "v1" cannot be handled as a StorageClass: parameters must be a string, and this is a bool: quote it (500 X)',
      ],
      [
        'json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32',
        'json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32 (500 X)',
      ],
    ] as const)
      assert.equal(errorText(new ApiError(500, 'X', message)), text);
  });
});
