import { matches, type Span } from './spans.ts';

const MIN_TEXT_LENGTH = 12;

/**
 * Credentials recognisable by prefix or shape: the formats of secretlint's recommended rules and of GitHub's secret
 * scanning, loosened to anything with the prefix, because formats change and a log may cut them.
 */
const FORMATS = [
  // GitHub, GitLab, Bitbucket, Atlassian, Azure DevOps
  String.raw`gh[pousr]_\w{16,255}`,
  String.raw`github_pat_\w{20,255}`,
  String.raw`gl(?:pat|dt|rt|cbt|ptt|ft|soat|agent|imt|oas|ffct)-[\w.-]{16,255}`,
  String.raw`GR1348941[\w-]{20,64}`,
  String.raw`AT(?:ATT|BB|CTT|OA)[\w=-]{20,512}`,
  // Chat and mail
  String.raw`xox[a-z]{1,2}-[\w-]{10,255}`,
  String.raw`xapp-[\w-]{10,255}`,
  String.raw`SG\.[\w-]{16,64}\.[\w-]{16,128}`,
  'key-[0-9a-f]{32}',
  String.raw`xkeysib-[0-9a-f]{32,64}-\w{8,32}`,
  // Clouds
  '(?:A3T[A-Z0-9]|AKIA|AGPA|AIDA|AROA|AIPA|ANPA|ANVA|ASIA|ABIA|ACCA)[A-Z0-9]{16}',
  String.raw`AIza[\w-]{30,64}`,
  String.raw`ya29\.[\w-]{20,512}`,
  String.raw`GOCSPX-[\w-]{20,64}`,
  String.raw`do[opr]_v1_\w{30,128}`,
  'LTAI[A-Za-z0-9]{12,30}',
  'AKID[A-Za-z0-9]{20,64}',
  String.raw`tskey-[a-z]+-[\w-]{10,128}`,
  String.raw`fo1_[\w-]{30,255}`,
  String.raw`HRKU-[\w-]{20,128}`,
  // Payment and commerce
  String.raw`(?:sk|rk|pk|whsec)_(?:live|test|prod)_\w{8,255}`,
  String.raw`whsec_[\w+/=]{16,128}`,
  String.raw`sq0(?:atp|csp|idp)-[\w-]{20,64}`,
  String.raw`EAAA[\w-]{50,80}`,
  'shp(?:at|ca|pa|ss|tka)_[a-zA-Z0-9]{16,64}',
  // AI services
  String.raw`sk-(?:ant|proj|svcacct|admin|or|lf)?-?[\w-]{20,255}`,
  '(?:hf|api_org)_[A-Za-z0-9]{20,64}',
  'gsk_[A-Za-z0-9]{20,64}',
  'r8_[A-Za-z0-9]{20,64}',
  'pplx-[A-Za-z0-9]{20,64}',
  'xai-[A-Za-z0-9]{20,128}',
  String.raw`nvapi-[\w-]{20,128}`,
  // Registries, builds, observability
  String.raw`npm_\w{20,64}`,
  String.raw`pypi-[\w-]{16,512}`,
  'rubygems_[0-9a-f]{32,64}',
  String.raw`dckr_(?:pat|oat)_[\w-]{16,64}`,
  '(?:oy2|AKCp)[a-zA-Z0-9]{30,100}',
  'cio[a-zA-Z0-9]{32}',
  String.raw`CCIPAT_\w{20,128}`,
  'bkua_[0-9a-f]{40}',
  String.raw`(?:glc|glsa)_[\w+/]{16,400}={0,2}`,
  String.raw`sntry[su]_[\w+/=-]{20,512}`,
  String.raw`NR(?:AK|JS|II|RA)-[\w-]{19,64}`,
  String.raw`dt0[a-z]\d{2}\.[A-Z0-9]{24}\.[A-Z0-9]{64}`,
  'sq[pau]_[0-9a-f]{40}',
  String.raw`phc_\w{30,64}|phx_\w{30,64}`,
  // Secret stores, infrastructure, identity
  String.raw`hv[sbr]\.[\w-]{20,512}`,
  String.raw`ops_ey[\w+/=-]{40,2048}`,
  'A3-[A-Z0-9]{6}-(?:[A-Z0-9]{5,11}-?){5,6}',
  String.raw`dp\.(?:pt|st|ct|scim|audit)\.[\w.-]{20,128}`,
  'S[ACNOUX][A-Z2-7]{56}(?![A-Z2-7])',
  String.raw`k8s-aws-v1\.[\w+/=-]{8,8192}`,
  'AGE-SECRET-KEY-1[A-Z0-9]{20,80}',
  'pul-[0-9a-f]{40}',
  'PMAK-[0-9a-f]{24}-[0-9a-f]{34}',
  String.raw`lin_(?:api|oauth)_\w{20,128}`,
  '(?:ntn|secret)_[A-Za-z0-9]{40,64}',
  String.raw`figd_[\w-]{30,64}`,
  String.raw`pat[A-Za-z0-9]{14}\.[0-9a-f]{64}`,
  String.raw`dapi[0-9a-f]{32}(?:-\d)?`,
  String.raw`pscale_(?:tkn|pw|oauth)_[\w.-]{20,64}`,
  'sbp_[0-9a-f]{40}',
  String.raw`ABSK[\w+/=]{40,200}`,
  // With other separators
  String.raw`1\/\/0[\w-]{30,256}`,
  String.raw`FlyV1 fm\d_[\w+/=,-]{20,1024}`,
  String.raw`access_token\$(?:production|sandbox)\$\w{10,64}\$[0-9a-f]{32}`,
  String.raw`kubeconfig-u-\w{4,32}:\w{30,64}`,
  String.raw`token-\w{5}:[a-z0-9]{50,60}`,
];
const TOKEN = new RegExp(String.raw`\b(?:${FORMATS.join('|')})`, 'g');
/** After an underscore or an escaped line end; separate from the others because that is much faster. */
const TOKEN_BEHIND = new RegExp(String.raw`(?:_|\\[nrt])(${FORMATS.join('|')})`, 'dg');
/** Formats found by the separator inside them; group 1 is the part before it. */
const SEPARATED = [
  /\.(?:[A-Za-z0-9]{24}(?![\w.])(?<=\b([sb])\.[A-Za-z0-9]{24})|[a-z0-9]{16}(?![\w.-])(?<=(?<![\w.-])([a-z0-9]{6})\.[a-z0-9]{16})|[\w-]{6}\.[\w-]{27,40}(?<=\b([MNO][\w-]{23,27})\.[\w-]{6}\.[\w-]{27,40}))/dg,
  /(?:8Q~[\w~.-]{31,34}(?<=([\w~.-]{3})8Q~[\w~.-]{31,34})|\.atlasv1\.[\w-]{40,80}(?<=\b([A-Za-z0-9]{14})\.atlasv1\.[\w-]{40,80})|:AA[\w-]{33}(?<=\b(\d{8,10}):AA[\w-]{33})|-us\d{1,2}(?!\w)(?<=\b([0-9a-f]{32})-us\d{1,2}))/dg,
];
/** JSON Web Tokens, also cut or encrypted: found by the first dot, so that what only begins like one costs nothing. */
const WEB_TOKEN = /\.(?<=(?:\b|_|\\[nrt])(eyJ[\w-]{8,8192})\.)[\w-]{0,8192}(?:\.[\w-]{0,8192}){0,3}/dg;
/** Password hashes. */
const HASH =
  /\$(?:apr1|2[abxy]?|1|5|6|y|7|gy|argon2(?:id?|d)|pbkdf2[\w-]{0,16}|scrypt|bcrypt[\w-]{0,8})\$[\w./+$=,-]{8,512}|\{(?:S?SHA\d{0,3}|MD5|SMD5|CRYPT)\}[\w+/=$.-]{8,256}|SCRAM-SHA-(?:1|256|512)\$\d+:[\w+/=$:-]{16,256}|md5[0-9a-f]{32}(?!\w)|#[0-9a-f]{64}(?!\w)(?<=(?:^|\s)#[0-9a-f]{64})/gm;
/** The whole address is the credential. */
const HOOK =
  /(?:hooks\.slack\.com\/(?:services|workflows|triggers)|discord(?:app)?\.com\/api(?:\/v\d+)?\/webhooks|webhook\.office\.com\/webhookb2|outlook\.office\.com\/webhook|chat\.googleapis\.com\/v1\/spaces\/\w+\/messages|open\.feishu\.cn\/open-apis\/bot\/v2\/hook|qyapi\.weixin\.qq\.com\/cgi-bin\/webhook|api\.telegram\.org\/(?:file\/)?bot|hooks\.zapier\.com\/hooks\/catch|events\.pagerduty\.com\/integration)[/?]?([^\s"'`<>\\]{8,512})/dg;

/** A cheap test. */
const HOOK_HINT =
  /\.(?:com|cn|org)\/(?:services|workflows|triggers|api\/|webhook|v1\/spaces|open-apis\/bot|(?:file\/)?bot|cgi-bin\/webhook|hooks\/catch|integration)/;

/** Credentials recognisable anywhere, without a name. */
export function knownCredentialsIn(text: string): Span[] {
  const spans: Span[] = [];
  if (text.length < MIN_TEXT_LENGTH) return spans;
  for (const { 0: token, index } of matches(TOKEN, text)) spans.push({ start: index, end: index + token.length });
  for (const { indices } of matches(TOKEN_BEHIND, text)) {
    const [start, end] = indices?.[1] ?? [0, 0];
    spans.push({ start, end });
  }
  for (const pattern of SEPARATED) {
    for (const { 0: token, index, indices } of matches(pattern, text)) {
      const before = indices?.slice(1).find((range) => range !== undefined);
      spans.push({ start: before?.[0] ?? index, end: index + token.length });
    }
  }
  for (const { 0: token, index, indices } of matches(WEB_TOKEN, text))
    spans.push({ start: indices?.[1]?.[0] ?? index, end: index + token.length });
  for (const { 0: hash, index } of matches(HASH, text)) spans.push({ start: index, end: index + hash.length });
  if (!HOOK_HINT.test(text)) return spans;
  for (const { indices } of matches(HOOK, text)) {
    const [start, end] = indices?.[1] ?? [0, 0];
    spans.push({ start, end });
  }
  return spans;
}
