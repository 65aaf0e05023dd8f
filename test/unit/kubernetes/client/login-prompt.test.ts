import assert from 'node:assert/strict';
import fc from 'fast-check';
import { loginPromptOf } from '../../../../src/kubernetes/client/login-prompt.ts';

interface Expected {
  url?: string;
  code?: string;
}

/** Plugin output by what it asks for, verbatim from user reports. */
const VENDORS: Record<string, [words: string, expected: Expected]> = {
  'Azure, device code': [
    'To sign in, use a web browser to open the page https://microsoft.com/devicelogin and enter the code EHLKJQWRT to authenticate.\n',
    { url: 'https://microsoft.com/devicelogin', code: 'EHLKJQWRT' },
  ],
  'Azure, as a warning': [
    'WARNING: To sign in, use a web browser to open the page https://login.microsoft.com/device and enter the code F7BKQZ2WT to authenticate.\n',
    { url: 'https://login.microsoft.com/device', code: 'F7BKQZ2WT' },
  ],
  'Azure, with a code that begins like a word': [
    'To sign in, use a web browser to open the page https://microsoft.com/devicelogin and enter the code ISAB-CDEF to authenticate.\n',
    { url: 'https://microsoft.com/devicelogin', code: 'ISAB-CDEF' },
  ],
  'Azure, browser': [
    'A web browser has been opened at https://login.microsoftonline.com/organizations/oauth2/v2.0/authorize. Please continue the login in the web browser. If the web browser fails to open, use device code flow with `az login --use-device-code`.\n',
    { url: 'https://login.microsoftonline.com/organizations/oauth2/v2.0/authorize' },
  ],
  'AWS SSO': [
    'Attempting to automatically open the SSO authorization page in your default browser.\nIf the browser does not open or you wish to use a different device to authorize this request, open the following URL:\n\nhttps://device.sso.us-east-1.amazonaws.com/\n\nThen enter the code:\n\nQSLX-ZTBL\n',
    { url: 'https://device.sso.us-east-1.amazonaws.com/', code: 'QSLX-ZTBL' },
  ],
  'AWS SSO, with the code in the address': [
    'open the following URL:\n\nhttps://device.sso.eu-west-1.amazonaws.com/\n\nThen enter the code:\n\nKHJF-WEPT\nAlternatively, you may visit the following URL which will autofill the code upon loading:\nhttps://device.sso.eu-west-1.amazonaws.com/?user_code=KHJF-WEPT\n',
    { url: 'https://device.sso.eu-west-1.amazonaws.com/', code: 'KHJF-WEPT' },
  ],
  gcloud: [
    'Go to the following link in your browser, and complete the sign-in prompts:\n\n    https://accounts.google.com/o/oauth2/auth?response_type=code&client_id=1.apps.googleusercontent.com&redirect_uri=https%3A%2F%2Fsdk.cloud.google.com%2Fauthcode.html&state=hx4kJ1d8a9KQ2n&code_challenge=Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9v\n\nOnce finished, enter the verification code provided in your browser: ',
    {
      url: 'https://accounts.google.com/o/oauth2/auth?response_type=code&client_id=1.apps.googleusercontent.com&redirect_uri=https%3A%2F%2Fsdk.cloud.google.com%2Fauthcode.html&state=hx4kJ1d8a9KQ2n&code_challenge=Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9v',
    },
  ],
  tsh: [
    'If browser window does not open automatically, open it by clicking on the link:\n http://127.0.0.1:54321/6d3a0d8e-4b52-4c4e-9a51-2ac8b2b0a1f4\n',
    { url: 'http://127.0.0.1:54321/6d3a0d8e-4b52-4c4e-9a51-2ac8b2b0a1f4' },
  ],
  'oidc-login, no browser': [
    'error: could not open the browser: exec: "xdg-open,x-www-browser,www-browser": executable file not found in $PATH\n\nPlease visit the following URL in your browser manually: http://localhost:8000/\n',
    { url: 'http://localhost:8000/' },
  ],
  'oidc-login, device code': [
    'Please visit the following URL in your browser: https://issuer.example/device\nPlease enter the following code when asked in your browser: WDJB-MJHT\n',
    { url: 'https://issuer.example/device', code: 'WDJB-MJHT' },
  ],
  'oidc-login, complete address': [
    'Please visit the following URL in your browser: https://issuer.example/device?user_code=WDJB-MJHT\n',
    { url: 'https://issuer.example/device?user_code=WDJB-MJHT', code: 'WDJB-MJHT' },
  ],
  pinniped: [
    'Log in by visiting this link:\n\n    https://pinniped.example/oauth2/authorize?access_type=offline&client_id=pinniped-cli&state=zz\n\n    Optionally, paste your authorization code: ',
    { url: 'https://pinniped.example/oauth2/authorize?access_type=offline&client_id=pinniped-cli&state=zz' },
  ],
  rancher: [
    'Login to Rancher Server at https://rancher.example.com/dashboard/login?requestId=abc&publicKey=LS0tLS1C&responseType=kubeconfig \n',
    { url: 'https://rancher.example.com/dashboard/login?requestId=abc&publicKey=LS0tLS1C&responseType=kubeconfig' },
  ],
  oc: [
    'Opening login URL in the default browser: https://oauth.apps.example.com/oauth/authorize?client_id=openshift-cli-client\n',
    { url: 'https://oauth.apps.example.com/oauth/authorize?client_id=openshift-cli-client' },
  ],
  GitHub: [
    '! First copy your one-time code: 52BA-11F7\n- Press Enter to open https://github.com/login/device in your browser...',
    { url: 'https://github.com/login/device', code: '52BA-11F7' },
  ],
  Okta: [
    'Open the following URL to begin Okta device authorization for the AWS CLI\n\nhttps://test-org.okta.com/activate?user_code=ABCDEFGH\n',
    { url: 'https://test-org.okta.com/activate?user_code=ABCDEFGH', code: 'ABCDEFGH' },
  ],
  Vault: [
    'Complete the login via your OIDC provider. Launching browser to:\n\n    https://accounts.example/authorize?client_id=vault\n\n\nWaiting for OIDC authentication to complete...\n',
    { url: 'https://accounts.example/authorize?client_id=vault' },
  ],
  'IBM Cloud': [
    'Get a one-time code from https://identity-1.us-south.iam.cloud.ibm.com/identity/passcode to proceed.\n',
    { url: 'https://identity-1.us-south.iam.cloud.ibm.com/identity/passcode' },
  ],
  digits: [
    'Your code is 84721093. Go to https://x.example/link\n',
    { url: 'https://x.example/link', code: '84721093' },
  ],
  'in Chinese': [
    '请打开 https://login.example.cn/device，并输入代码 ABCD-1234。\n',
    { url: 'https://login.example.cn/device', code: 'ABCD-1234' },
  ],
  'in a log of JSON': [
    '{"level":"info","msg":"open https://a.example/d?x=1\\u0026y=2 and enter ABCD-EFGH"}\n',
    { url: 'https://a.example/d?x=1&y=2', code: 'ABCD-EFGH' },
  ],
  'in a frame': [
    '│ Open https://a.example/device │\n│ Code: ABCD-EFGH │\n',
    { url: 'https://a.example/device', code: 'ABCD-EFGH' },
  ],
  'in Korean': [
    '로그인하려면 웹 브라우저를 사용하여 https://microsoft.com/devicelogin 페이지를 열고 코드 A1B2C3D4E 를 입력하여 인증하세요.\n',
    { url: 'https://microsoft.com/devicelogin', code: 'A1B2C3D4E' },
  ],
  'in Russian': [
    'Чтобы войти, откройте в браузере страницу https://microsoft.com/devicelogin и введите код F5G6H7J8K для аутентификации.\n',
    { url: 'https://microsoft.com/devicelogin', code: 'F5G6H7J8K' },
  ],
  'in Italian': [
    'Per accedere, usare un Web browser per aprire la pagina https://microsoft.com/devicelogin e immettere il codice R6S7T8U9V per eseguire l’autenticazione.\n',
    { url: 'https://microsoft.com/devicelogin', code: 'R6S7T8U9V' },
  ],
  'in Polish': [
    'Aby się zalogować, otwórz stronę https://microsoft.com/devicelogin i wprowadź kod W2X3Y4Z5A.\n',
    { url: 'https://microsoft.com/devicelogin', code: 'W2X3Y4Z5A' },
  ],
  'in Turkish': [
    'Oturum açmak için https://microsoft.com/devicelogin sayfasını açın ve B6C7D8E9F kodunu girin.\n',
    { url: 'https://microsoft.com/devicelogin', code: 'B6C7D8E9F' },
  ],
  'in Japanese': [
    'サインインするには https://microsoft.com/devicelogin を開き、コード「BX2TPQ9ZR」を入力します。\n',
    { url: 'https://microsoft.com/devicelogin', code: 'BX2TPQ9ZR' },
  ],
  'in German': [
    'Verwenden Sie zum Anmelden einen Webbrowser, um die Seite https://microsoft.com/devicelogin zu öffnen, und geben Sie den Code E3QXZVN2K ein.\n',
    { url: 'https://microsoft.com/devicelogin', code: 'E3QXZVN2K' },
  ],
  'a number, before its name': [
    'Open https://a.example/device and enter 482913 when prompted for the code\n',
    { url: 'https://a.example/device', code: '482913' },
  ],
  'an address without a scheme': ['Go to microsoft.com/devicelogin and enter ABCD1EFGH\n', { code: 'ABCD1EFGH' }],
  'a key to touch': ['Tap any security key\n', {}],
  'a question': ['Enter MFA code: ', {}],
};

/** Plugin output that asks for nothing. */
const REMARKS = [
  'Downloading https://a.example/tool.tgz … 100%\n',
  'WARNING: the gke plugin is deprecated, see https://cloud.google.com/blog/products/containers\n',
  'ERROR: AADSTS70043: The refresh token has expired. error code: AADSTS70043 Trace: https://aka.ms/x\n',
  'A new version is available: https://github.com/int128/kubelogin/releases\n',
  'I1125 10:00:00.000000 1 main.go:1] exit code: 1234\n',
  'Learn more at https://docs.example/troubleshooting\n',
  'Waiting for you\n',
  '',
];

describe('what a credential plugin asks', () => {
  for (const [vendor, [words, expected]] of Object.entries(VENDORS))
    it(`is found: ${vendor}`, () => {
      const { url, code, text } = loginPromptOf(words) ?? { text: undefined };
      assert.deepEqual({ url, code }, { url: undefined, code: undefined, ...expected });
      assert.ok(text !== undefined && text !== '');
    });

  it('is nothing where it only remarks something', () => {
    for (const words of REMARKS) assert.equal(loginPromptOf(words), undefined, words);
  });

  const code = fc.oneof(
    fc.stringMatching(/^[A-Z]{4}-[A-Z]{4}$/),
    fc.stringMatching(/^[A-Z0-9]{3}-[A-Z0-9]{3}-[A-Z0-9]{3}$/),
    fc.stringMatching(/^[A-Z]{2}[0-9][A-Z0-9]{6}$/),
    fc.stringMatching(/^[1-9][0-9]{5,8}$/),
  );
  const url = fc
    .tuple(
      fc.constantFrom('https', 'http'),
      fc.stringMatching(/^[a-z]{1,10}$/),
      fc.stringMatching(/^[a-z0-9/]{0,20}$/),
      fc.stringMatching(/^[a-z0-9]{0,10}$/),
    )
    .map(([scheme, host, path, value]) => `${scheme}://${host}.example/x${path}${value ? `?challenge=${value}` : ''}`);
  const dress = fc.constantFrom(
    (text: string) => text,
    (text: string) => `"${text}"`,
    (text: string) => `'${text}'`,
    (text: string) => `<${text}>`,
    (text: string) => `(${text})`,
    (text: string) => `\u001b[1m\u001b[36m${text}\u001b[0m`,
    (text: string) => `\`${text}\``,
  );
  const sentence = fc.constantFrom(
    (where: string, what: string) => `To sign in, open the page ${where} and enter the code ${what} to authenticate.`,
    (where: string, what: string) => `Please visit ${where} in your browser.\nEnter the code: ${what}\n`,
    (where: string, what: string) => `First copy your one-time code: ${what}\r\nthen open ${where}\r\n`,
    (where: string, what: string) => `Open this URL:\n\n    ${where}\n\nand enter the following code:\n\n    ${what}\n`,
    (where: string, what: string) => `user code: ${what}\nverification URL: ${where}.`,
    (where: string, what: string) => `2026-11-25T10:00:00Z INFO login: go to ${where}, your code is ${what}`,
  );

  it('is found whole, however it is put', () => {
    fc.assert(
      fc.property(url, code, dress, dress, sentence, fc.boolean(), (where, what, first, second, say, noisy) => {
        const words = `${noisy ? 'Starting…\nerror: no browser\n' : ''}${say(first(where), second(what))}`;
        const found = loginPromptOf(words);
        assert.deepEqual([found?.url, found?.code], [new URL(where).href, what], words);
      }),
      { numRuns: 500 },
    );
  });

  it('leads only where a browser may go, shows the whole of it, and no secret', () => {
    const bad = [
      'javascript:alert(1)',
      'command:workbench.action.quit',
      'file:///etc/passwd',
      'vscode://mcp-k8s.mcp-k8s/x',
      'https://user:hunter2hunter2@evil.example/',
      'https://user@evil.example/',
      'https://a.example/?access_token=abcdefabcdefabcdef',
      'https://a.example/\u202Egpj',
      'https://a.exam\u200Bple/',
    ];
    for (const address of bad) {
      const found = loginPromptOf(`To sign in, open ${address} in a browser\n`);
      assert.equal(found?.url, undefined, address);
      assert.doesNotMatch(found?.text ?? '', /hunter2|abcdefabcdef|\u202E|\u200B/);
    }
    assert.equal(loginPromptOf('sign in at https://exämple.com/x')?.url, 'https://xn--exmple-cua.com/x');
    const link = 'open \u001b]8;;https://real.example/x\u0007https://good.example\u001b]8;;\u0007 in a browser';
    assert.equal(loginPromptOf(link)?.url, 'https://real.example/x');
  });

  it('is one bounded line without anything unseen, whatever comes, and soon', () => {
    const piece = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        ' code ',
        'https://',
        'enter ',
        '\u001b[',
        '\n',
        '-',
        'A',
        ':',
        '“',
        '((((',
        ' '.repeat(500),
        'code code '.repeat(200),
      ),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        const begin = process.cpuUsage();
        const found = loginPromptOf(`sign in with a code ${pieces.join('')}`);
        assert.ok(process.cpuUsage(begin).user < 1_000_000);
        assert.ok(found);
        assert.match(found.text, /^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]{1,310}$/u);
        assert.ok(found.code === undefined || /^[A-Za-z0-9-]{4,40}$/.test(found.code));
        assert.ok(found.url === undefined || /^https?:\/\/[^\s@]+$/.test(found.url));
      }),
      { numRuns: 300 },
    );
  });
});
