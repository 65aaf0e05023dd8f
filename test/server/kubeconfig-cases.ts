/** Kubeconfigs as vendors and tools write them, and as people break them: the files of a KUBECONFIG, in order. */
export interface KubeconfigCase {
  name: string;
  files: (string | Buffer | undefined)[];
}

const CA =
  'LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCk1JSUMvakNDQWVhZ0F3SUJBZ0lCQURBTkJna3Foa2lHOXcwQkFRc0ZBREFWCi0tLS0tRU5EIENFUlRJRklDQVRFLS0tLS0K';
const KEY =
  'LS0tLS1CRUdJTiBQUklWQVRFIEtFWS0tLS0tCk1JSUV2Z0lCQURBTkJna3Foa2lHOXcwQkFRRUZBQVNDQktnCi0tLS0tRU5EIFBSSVZBVEUgS0VZLS0tLS0K';
const HEAD = 'apiVersion: v1\nkind: Config\n';
const EKS = 'arn:aws:eks:eu-central-1:123456789012:cluster/prod';

/** The usual three entries. */
function kubeconfig(name: string, cluster: string, user: string, context = '', more = ''): string {
  const indent = (text: string) => text.trim().replace(/^/gm, '    ');
  return `${HEAD}clusters:
- name: ${name}
  cluster:
${indent(cluster)}
users:
- name: ${name}-user
  user:
${indent(user)}
contexts:
- name: ${name}
  context:
    cluster: ${name}
    user: ${name}-user
${context && `${indent(context)}\n`}current-context: ${name}
${more}`;
}

const server = (text: string) => `server: ${text}\ncertificate-authority-data: ${CA}`;
const token = 'token: sha256~0123456789abcdefghijklmnop';
const plain = (name: string, host: string, of = token) => kubeconfig(name, server(`https://${host}:6443`), of);
const entries = (list: string, text: string) => `${HEAD}${list}: ${text}\n`;
const top = (text: string) => `${HEAD}${text}\n`;
const clusterOf = (text: string) => entries('clusters', `[{name: a, cluster: ${text}}]`);
const userOf = (text: string) => entries('users', `[{name: a, user: ${text}}]`);
const contextOf = (text: string) => entries('contexts', `[{name: a, context: ${text}}]`);

const vendors: [string, string][] = [
  [
    'EKS, by the aws command',
    `apiVersion: v1
clusters:
- cluster:
    certificate-authority-data: ${CA}
    server: https://0123456789ABCDEF.gr7.eu-central-1.eks.amazonaws.com
  name: ${EKS}
contexts:
- context:
    cluster: ${EKS}
    user: ${EKS}
  name: ${EKS}
current-context: ${EKS}
kind: Config
preferences: {}
users:
- name: ${EKS}
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1beta1
      args:
      - --region
      - eu-central-1
      - eks
      - get-token
      - --cluster-name
      - prod
      - --output
      - json
      command: aws
      env:
      - name: AWS_PROFILE
        value: prod
`,
  ],
  [
    'EKS, by eksctl',
    kubeconfig(
      'prod.eu-central-1.eksctl.io',
      server('https://A1.eks.amazonaws.com'),
      'exec:\n  apiVersion: client.authentication.k8s.io/v1beta1\n  args: [token, -i, prod]\n  command: aws-iam-authenticator\n  env:\n  - name: AWS_STS_REGIONAL_ENDPOINTS\n    value: regional\n  provideClusterInfo: false',
    ),
  ],
  [
    'EKS with v1alpha1',
    kubeconfig(
      'old',
      server('https://A2.eks.amazonaws.com'),
      'exec:\n  apiVersion: client.authentication.k8s.io/v1alpha1\n  command: aws-iam-authenticator\n  args: ["token", "-i", "old"]',
    ),
  ],
  [
    'GKE, with its plugin',
    kubeconfig(
      'gke_project-1_europe-west3-a_cluster-1',
      server('https://34.89.0.1'),
      'exec:\n  apiVersion: client.authentication.k8s.io/v1beta1\n  command: gke-gcloud-auth-plugin\n  installHint: Install gke-gcloud-auth-plugin for use with kubectl by following\n    https://cloud.google.com/kubernetes-engine/docs/how-to/cluster-access-for-kubectl#install_plugin\n  provideClusterInfo: true',
    ),
  ],
  [
    'GKE, of old',
    kubeconfig(
      'gke_p_z_c',
      server('https://34.89.0.2'),
      "auth-provider:\n  name: gcp\n  config:\n    access-token: ya29.x\n    cmd-args: config config-helper --format=json\n    cmd-path: /usr/lib/google-cloud-sdk/bin/gcloud\n    expiry: \"2021-01-01T00:00:00Z\"\n    expiry-key: '{.credential.token_expiry}'\n    token-key: '{.credential.access_token}'",
    ),
  ],
  [
    'GKE Connect gateway',
    kubeconfig(
      'connectgateway_p_global_m',
      'server: https://connectgateway.googleapis.com/v1/projects/1/locations/global/gkeMemberships/m',
      'exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: gke-gcloud-auth-plugin, provideClusterInfo: true}',
    ),
  ],
  [
    'AKS',
    kubeconfig(
      'aks1',
      server('https://aks1-dns-0.hcp.westeurope.azmk8s.io:443'),
      `client-certificate-data: ${CA}\nclient-key-data: ${KEY}\n${token}`,
    ),
  ],
  [
    'AKS with kubelogin',
    kubeconfig(
      'aks2',
      server('https://aks2.hcp.westeurope.azmk8s.io:443'),
      'exec:\n  apiVersion: client.authentication.k8s.io/v1beta1\n  args:\n  - get-token\n  - --environment\n  - AzurePublicCloud\n  - --server-id\n  - 6dae42f8-4368-4678-94ff-3960e28e3630\n  - --client-id\n  - 80faf920-1908-4b52-b5ef-a8e7bedfc67a\n  - --tenant-id\n  - 00000000-0000-0000-0000-000000000000\n  - --login\n  - devicecode\n  command: kubelogin\n  env: null\n  provideClusterInfo: false',
    ),
  ],
  [
    'AKS, of old',
    kubeconfig(
      'aks3',
      server('https://aks3.hcp.westeurope.azmk8s.io:443'),
      'auth-provider:\n  config:\n    apiserver-id: 6dae42f8\n    client-id: "80"\n    config-mode: "1"\n    environment: AzurePublicCloud\n    tenant-id: x\n  name: azure',
    ),
  ],
  [
    'TKE',
    kubeconfig(
      'cls-ab12cd34-100001234567-context-default',
      server('https://cls-ab12cd34.ccs.tencent-cloud.com'),
      `client-certificate-data: ${CA}\nclient-key-data: ${KEY}`,
    ),
  ],
  [
    'ACK',
    kubeconfig(
      'kubernetes',
      server('https://47.99.0.1:6443'),
      `client-certificate-data: ${CA}\nclient-key-data: ${KEY}`,
      'namespace: default',
      'preferences: {}\nextensions: []\n',
    ),
  ],
  [
    'OKE',
    kubeconfig(
      'cluster-c4wkzdfhq4t',
      server('https://130.61.0.1:6443'),
      'exec:\n  apiVersion: client.authentication.k8s.io/v1beta1\n  command: oci\n  args: [ce, cluster, generate-token, --cluster-id, ocid1.cluster.oc1, --region, eu-frankfurt-1]\n  env: []',
    ),
  ],
  [
    'DOKS',
    kubeconfig(
      'do-fra1-k8s',
      server('https://x.k8s.ondigitalocean.com'),
      'exec:\n  apiVersion: client.authentication.k8s.io/v1beta1\n  args: [kubernetes, cluster, kubeconfig, exec-credential, --version=v1beta1, --context=default, x]\n  command: doctl\n  env: null\n  interactiveMode: IfAvailable\n  provideClusterInfo: false',
    ),
  ],
  [
    'OpenShift',
    `apiVersion: v1
clusters:
- cluster:
    insecure-skip-tls-verify: true
    server: https://api.crc.testing:6443
  name: api-crc-testing:6443
contexts:
- context:
    cluster: api-crc-testing:6443
    namespace: my-project
    user: kube:admin/api-crc-testing:6443
  name: my-project/api-crc-testing:6443/kube:admin
- context:
    cluster: api-crc-testing:6443
    user: developer/api-crc-testing:6443
  name: /api-crc-testing:6443/developer
current-context: my-project/api-crc-testing:6443/kube:admin
kind: Config
preferences: {}
users:
- name: kube:admin/api-crc-testing:6443
  user:
    token: sha256~abc
- name: developer/api-crc-testing:6443
  user:
    token: sha256~def
`,
  ],
  [
    'Rancher',
    `apiVersion: v1\nkind: Config\nclusters:\n- name: "local"\n  cluster:\n    server: "https://rancher.example.com/k8s/clusters/local"\n    certificate-authority-data: "${CA.slice(0, 60)}\\\n      ${CA.slice(60, 120)}\\\n      ${CA.slice(120)}"\n\nusers:\n- name: "local"\n  user:\n    token: "kubeconfig-user-abc12:def"\n\n\ncontexts:\n- name: "local"\n  context:\n    user: "local"\n    cluster: "local"\n\ncurrent-context: "local"\n`,
  ],
  [
    'k3s',
    kubeconfig(
      'default',
      server('https://127.0.0.1:6443'),
      `client-certificate-data: ${CA}\nclient-key-data: ${KEY}`,
      '',
      'preferences: {}\n',
    ),
  ],
  [
    'kind',
    kubeconfig(
      'kind-kind',
      server('https://127.0.0.1:40123'),
      `client-certificate-data: ${CA}\nclient-key-data: ${KEY}`,
    ),
  ],
  [
    'minikube',
    kubeconfig(
      'minikube',
      'certificate-authority: /home/me/.minikube/ca.crt\nextensions:\n- extension:\n    last-update: Tue, 05 Mar 2024 10:11:12 CET\n    provider: minikube.sigs.k8s.io\n    version: v1.32.0\n  name: cluster_info\nserver: https://192.168.49.2:8443',
      'client-certificate: /home/me/.minikube/profiles/minikube/client.crt\nclient-key: /home/me/.minikube/profiles/minikube/client.key',
      'namespace: default\nextensions:\n- extension:\n    last-update: Tue, 05 Mar 2024 10:11:12 CET\n    provider: minikube.sigs.k8s.io\n    version: v1.32.0\n  name: context_info',
    ),
  ],
  [
    'teleport',
    kubeconfig(
      'teleport.example.com-prod',
      `${server('https://teleport.example.com:443')}\ntls-server-name: kube-teleport-proxy-alpn.teleport.example.com`,
      'exec:\n  apiVersion: client.authentication.k8s.io/v1beta1\n  args: [kube, credentials, --kube-cluster=prod, --teleport-cluster=teleport.example.com, --proxy=teleport.example.com:443]\n  command: /usr/local/bin/tsh\n  env: null\n  interactiveMode: IfAvailable\n  provideClusterInfo: false',
      'extensions:\n- name: teleport.kube.name\n  extension: prod',
    ),
  ],
  [
    'k3d',
    kubeconfig('k3d-demo', server('https://0.0.0.0:44321'), `client-certificate-data: ${CA}\nclient-key-data: ${KEY}`),
  ],
  [
    'Docker Desktop',
    kubeconfig(
      'docker-desktop',
      server('https://kubernetes.docker.internal:6443'),
      `client-certificate-data: ${CA}\nclient-key-data: ${KEY}`,
    ),
  ],
  ['MicroK8s', kubeconfig('microk8s-cluster', server('https://127.0.0.1:16443'), 'username: admin\npassword: "R2Q1"')],
  [
    'kubeadm, with a token file',
    kubeconfig(
      'kubernetes',
      server('https://10.0.0.1:6443'),
      'tokenFile: /var/run/secrets/kubernetes.io/serviceaccount/token',
    ),
  ],
  [
    'OIDC',
    kubeconfig(
      'oidc',
      server('https://oidc.example.com:6443'),
      `auth-provider:\n  name: oidc\n  config:\n    client-id: kubernetes\n    client-secret: s3cret\n    id-token: a.b.c\n    idp-certificate-authority-data: ${CA}\n    idp-issuer-url: https://dex.example.com\n    refresh-token: r`,
    ),
  ],
  [
    'Talos',
    kubeconfig(
      'admin@talos',
      server('https://10.5.0.2:6443'),
      `client-certificate-data: ${CA}\nclient-key-data: ${KEY}`,
      'namespace: default',
    ),
  ],
  [
    'Gardener',
    kubeconfig(
      'garden-project--shoot-external',
      server('https://api.shoot.project.example.com'),
      'exec:\n  apiVersion: client.authentication.k8s.io/v1\n  command: kubectl-gardenlogin\n  args: [get-client-certificate]\n  interactiveMode: IfAvailable\n  provideClusterInfo: true',
    ),
  ],
  [
    'vcluster',
    kubeconfig(
      'vcluster_my_ns_kind-kind',
      server('https://localhost:11234'),
      `client-certificate-data: ${CA}\nclient-key-data: ${KEY}`,
    ),
  ],
  [
    'a proxy',
    kubeconfig(
      'proxied',
      `${server('https://10.0.0.1')}\nproxy-url: socks5://localhost:1080\ndisable-compression: true`,
      token,
    ),
  ],
  [
    'an impersonating user',
    kubeconfig(
      'as',
      server('https://10.0.0.1'),
      `${token}\nas: jane\nas-uid: "12"\nas-groups: [dev, "system:authenticated"]\nas-user-extra: {scopes: [a, b], reason: [x]}`,
    ),
  ],
  [
    'HashiCorp boundary',
    kubeconfig(
      'boundary',
      'server: https://127.0.0.1:55555\ntls-server-name: kubernetes\ninsecure-skip-tls-verify: true',
      token,
    ),
  ],
];

const shapes: [string, string | Buffer][] = [
  [
    'JSON',
    JSON.stringify(
      {
        apiVersion: 'v1',
        kind: 'Config',
        clusters: [{ name: 'j', cluster: { server: 'https://j' } }],
        users: null,
        contexts: [{ name: 'j', context: { cluster: 'j', user: '' } }],
        'current-context': 'j',
      },
      null,
      2,
    ),
  ],
  ['a byte-order mark', `\uFEFF${plain('bom', '10.0.0.1')}`],
  ['UTF-16, little end first', Buffer.from(`\uFEFF${plain('le', '10.0.0.1')}`, 'utf16le')],
  ['UTF-16, big end first', Buffer.from(`\uFEFF${plain('be', '10.0.0.1')}`, 'utf16le').swap16()],
  ['lines of Windows', plain('crlf', '10.0.0.1').replaceAll('\n', '\r\n')],
  ['nothing', ''],
  ['only a comment', '# nothing here\n'],
  ['only white space', '  \n\n'],
  ['a document marker', `---\n${plain('marked', '10.0.0.1')}`],
  ['a YAML directive', `%YAML 1.1\n---\n${plain('directive', '10.0.0.1')}`],
  ['a YAML directive of another version', `%YAML 1.2\n---\n${plain('directive', '10.0.0.1')}`],
  ['a directive that nobody knows', `%FOO bar\n---\n${plain('directive', '10.0.0.1')}`],
  ['no kind and no version', plain('bare', '10.0.0.1').replace(HEAD, '')],
  ['two lines of kind', `kind: Config\n${plain('kinds', '10.0.0.1')}`],
  ['two lists of users, of which the last counts', `${plain('users', '10.0.0.1')}users:\n- name: other\n  user: {}\n`],
  ['two documents', `${plain('first', '10.0.0.1')}---\n${plain('second', '10.0.0.2')}`],
  ['a second document that is broken', `${plain('first', '10.0.0.1')}---\n[\n`],
  ['an end, and something behind it', `${plain('first', '10.0.0.1')}...\nfoo\n`],
  ['null lists', top('clusters: null\nusers: ~\ncontexts:\npreferences: {}')],
  ['empty lists', top('clusters: []\nusers: []\ncontexts: []\ncurrent-context: ""')],
  ['null entries', top('clusters: [null]\nusers: [{name: a, user: null}]\ncontexts: [{name: a, context: ~}]')],
  ['entries without names', top('clusters: [{cluster: {server: "https://x"}}]')],
  [
    'anchors and aliases',
    `${HEAD}x: &ca {certificate-authority-data: ${CA}}\nclusters:\n- name: a\n  cluster: {<<: *ca, server: "https://a"}\n- name: b\n  cluster: {server: "https://b", <<: *ca}\n`,
  ],
  ['fields that no one knows', `${plain('more', '10.0.0.1')}colour: blue\nclusterz: 1\n`],
  ['an unknown field in an entry', clusterOf('{server: "https://a", Server: "https://b", region: 1}')],
  ['a namespace that is a number', contextOf('{cluster: c, user: u, namespace: 973585995}')],
  ['a namespace in quotes', contextOf('{cluster: c, user: u, namespace: "973585995"}')],
  ['a namespace called no', contextOf('{cluster: c, user: u, namespace: no}')],
  ['a name that is a number', entries('contexts', '[{name: 12, context: {cluster: c, user: u}}]')],
  ['a current context that is a number', top('current-context: 1')],
  ['a token that is a number', userOf('{token: 12345678}')],
  ['a password that is a number', userOf('{username: admin, password: 123}')],
  ['a token that is a date', userOf('{token: 2024-01-02}')],
  ['a boolean in quotes', clusterOf('{server: "https://a", insecure-skip-tls-verify: "true"}')],
  ['a boolean called yes', clusterOf('{server: "https://a", insecure-skip-tls-verify: yes}')],
  [
    'an insecure cluster with an authority',
    clusterOf(`{server: "https://a", insecure-skip-tls-verify: true, certificate-authority-data: ${CA}}`),
  ],
  ['data that is not base64', clusterOf('{server: "https://a", certificate-authority-data: "not base64!"}')],
  [
    'data with line breaks',
    clusterOf(`{server: "https://a", certificate-authority-data: "${CA.slice(0, 64)}\\n${CA.slice(64)}"}`),
  ],
  ['data without padding', clusterOf('{server: "https://a", certificate-authority-data: "YWI"}')],
  [
    'data and a file',
    clusterOf(`{server: "https://a", certificate-authority-data: ${CA}, certificate-authority: ca.crt}`),
  ],
  [
    'paths',
    userOf(
      '{client-certificate: pki/me.crt, client-key: ../me.key, tokenFile: ./token, exec: {command: bin/plugin, apiVersion: client.authentication.k8s.io/v1beta1}}',
    ),
  ],
  [
    'a plugin on PATH',
    userOf(
      '{exec: {command: plugin, apiVersion: client.authentication.k8s.io/v1, interactiveMode: Never, args: [a, ""], env: [{name: A, value: ""}]}}',
    ),
  ],
  [
    'a plugin with a number among its arguments',
    userOf('{exec: {command: plugin, apiVersion: client.authentication.k8s.io/v1beta1, args: [--port, 80]}}'),
  ],
  [
    'a plugin with a variable that is a boolean',
    userOf(
      '{exec: {command: plugin, apiVersion: client.authentication.k8s.io/v1beta1, env: [{name: DEBUG, value: true}]}}',
    ),
  ],
  ['a list that is a mapping', top('clusters: {a: {server: x}}')],
  ['an entry that is text', top('clusters: [abc]')],
  ['a cluster that is text', top('clusters: [{name: a, cluster: abc}]')],
  ['preferences that are a list', top('preferences: []')],
  ['one name twice', `${HEAD}users: [{name: a, user: {token: x}}, {name: a, user: {token: y}}]\n`],
  [
    'one context twice',
    `${HEAD}contexts: [{name: a, context: {cluster: c, user: u}}, {name: a, context: {cluster: c, user: u}}]\n`,
  ],
  ['one extension twice', clusterOf('{server: x, extensions: [{name: e, extension: {}}, {name: e, extension: {}}]}')],
  ['another kind', 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n'],
  ['another version', 'apiVersion: v2\nkind: Config\n'],
  ['a list at the top', '- a\n- b\n'],
  ['text at the top', 'hello\n'],
  ['broken YAML', 'clusters: [\n'],
  ['tabs', 'clusters:\n\t- name: a\n'],
  ['a null byte', 'clusters: "\0"\n'],
  ['bytes that are no text', Buffer.from([0x61, 0x3a, 0x20, 0xc3, 0x28, 0x0a])],
  [
    'values of every kind in an extension',
    clusterOf('{server: x, extensions: [{name: e, extension: {n: 1.5, m: [1, yes]}}]}'),
  ],
  ['merge keys that overwrite', `${HEAD}x: &x {token: b}\nusers:\n- name: a\n  user:\n    token: a\n    <<: *x\n`],
  [
    'odd names',
    top(
      'contexts: [{name: "//gke/p 1:y", context: {cluster: "ä ö", user: "a@b"}}]\nclusters: [{name: "ä ö", cluster: {server: "https://x/k8s/clusters/c-m-1"}}]',
    ),
  ],
  ['a server without a scheme', clusterOf('{server: "10.0.0.1:6443"}')],
];

const merges: [string, (string | undefined)[]][] = [
  ['two clusters', [plain('a', '10.0.0.1'), plain('b', '10.0.0.2')]],
  ['the same names', [plain('a', '10.0.0.1'), plain('a', '10.0.0.2')]],
  ['the same user only', [plain('a', '10.0.0.1'), plain('b', '10.0.0.2').replaceAll('b-user', 'a-user')]],
  ['a missing file in front', [undefined, plain('a', '10.0.0.1')]],
  ['a missing file behind', [plain('a', '10.0.0.1'), undefined]],
  ['missing files only', [undefined, undefined]],
  [
    'a current context in the second alone',
    [plain('a', '10.0.0.1').replace(/current-context.*\n/, ''), plain('b', '10.0.0.2')],
  ],
  [
    'an empty current context first',
    [plain('a', '10.0.0.1').replace(/current-context.*\n/, 'current-context: ""\n'), plain('b', '10.0.0.2')],
  ],
  [
    'a context in one file, its cluster in another',
    [contextOf('{cluster: b, user: b-user, namespace: x}'), plain('b', '10.0.0.2')],
  ],
  ['an empty file among others', ['', plain('a', '10.0.0.1')]],
  ['a broken file among others', [plain('a', '10.0.0.1'), 'users: [']],
  ['a wrong type in the second', [plain('a', '10.0.0.1'), contextOf('{namespace: 12}')]],
  ['null lists first', [top('clusters: null\nusers: null\ncontexts: null'), plain('a', '10.0.0.1')]],
  ['three files', [plain('a', '10.0.0.1'), plain('b', '10.0.0.2'), plain('c', '10.0.0.3')]],
];

export const kubeconfigCases: readonly KubeconfigCase[] = [
  ...vendors.map(([name, text]) => ({ name, files: [text] })),
  ...shapes.map(([name, text]) => ({ name, files: [text] })),
  ...merges.map(([name, files]) => ({ name: `several files: ${name}`, files })),
];
