// The part of the Kubernetes extension's API that ours uses, with the test's choice.
const { EventEmitter } = require('vscode');

const changed = new EventEmitter();
let path = { pathType: 'host', hostPath: process.env.TEST_ADMIN_KUBECONFIG };
const configuration = { getKubeconfigPath: () => path, onDidChangeKubeconfigPath: changed.event };

exports.activate = () => ({
  get: (component, version) =>
    component === 'configuration' && version === 'v1_1'
      ? { available: true, api: configuration }
      : { available: false, reason: 'version-unavailable' },
  use(chosen) {
    path = chosen;
    changed.fire(chosen);
  },
});
