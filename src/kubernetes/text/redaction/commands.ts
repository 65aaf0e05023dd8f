import { isHarmless } from './credential-values.ts';
import { matches, type Span } from './spans.ts';

/** Programs with one-letter password flags, and other forms without a name before the separator. */
const FORMS: readonly RegExp[] = [
  /\b(?:mysql\w{0,16}|mariadb[\w-]{0,16}|mycli|xtrabackup|innobackupex|mydumper|7z|zip|unrar)\b(?:(?!-p)[^\n|;&]){0,200}?\s-p['"]?([^\s'"`;|&]{1,256})/dg,
  /\b(?:sshpass|mongo\w{0,16}|sqlcmd|bcp|osql|tsql|(?:docker|podman|nerdctl|helm registry|oras|crane auth|skopeo|buildah|oc|cf|az|registry) login|redis-(?:cli|benchmark)|ldap\w{3,8}|rabbitmqadmin|mosquitto_(?:pub|sub)|clickhouse-client|cqlsh|influx|keytool|impdp|wget|kinit|lftp|smbclient|winexe|iscsiadm)\b(?:(?! -[pPaw][ =])[^\n|;&]){0,200}? -[pPaw][ =]{1,4}['"]?([^\s'"`;|&-][^\s'"`;|&]{0,255})/dg,
  /\b(?:curl|wget|http|https|httpie|xh|elasticdump|jfrog|ab|siege|fortio|lynx|smbclient|etcdctl|rclone|ftp|lftp)\b(?:(?! (?:-u|--user|--proxy-user|-U|-a)[ =])[^\n]){0,300}? (?:-u|--user|--proxy-user|-U|-a)[ =]{1,4}['"]?[^\s:'"]{1,128}[:%]([^\s'"`;|&]{1,256})/dg,
  /(?<![\w-])curl\b[^\n]{0,300}? -[a-zA-Z]{0,8}u['"]?[^\s:'"=-][^\s:'"=]{0,127}:([^\s'"`;|&]{1,256})/dg,
  /(?<![\w-])curl\b[^\n]{0,300}? -[a-zA-Z]{1,8}u[ ]{1,4}['"]?[^\s:'"=-][^\s:'"=]{0,127}:([^\s'"`;|&]{1,256})/dg,
  /\bsshpass\s{1,4}-p['"]?([^\s'"`;|&]{1,256})/dg,
  /--from-literal[ =](?<=\bgeneric\s[^\n]{0,400}--from-literal[ =])['"]?[^\s='"]{1,253}=['"]?([^\s'"`;|&]{1,256})/dg,
  /(?<![\w-])(?:--user|--proxy-user|--auth|--basic-auth|--userpass|--cred(?:ential)?s?)[ =]['"]?[\w.@+-]{1,128}:(?!\d{1,5}(?:\s|$))([^\s'"`;|&]{1,256})/dg,
  /\bidentified\s{1,4}(?:with\s{1,4}\S{1,64}\s{1,4})?(?:by|as)\s{1,4}(?:password\s{1,4})?['"]((?:[^'"\\\n]|''|\\[^\n]){1,256})/dgi,
  /(?:password|passphrase|passwd)\s{1,4}(?:=\s{0,4})?'([^'\n]{1,256})'/dgi,
  /(?:passwords?|passphrase)\s{1,4}(?:for\s{1,4}\S{1,64}\s{1,4})?"([^"\n]{1,256})"/dgi,
  /(?:^|[\s"'])(?:stats\s{1,4}auth\s{1,4}\w{1,64}:\s{0,8}|(?:requirepass|masterauth|(?:sentinel\s{1,4})?auth-pass(?:\s{1,4}[\w-]{1,64}(?=\s))?|insecure-password|ldapserverpassword|bindpw|rootpw|smtp_sasl_password|tls-key-file-pass)(?:\s{1,8}|(?=["'])))["']?((?:(?<=\s):(?=[^\s"'])|[^\s"':=])[^\s"']{0,255})/dgi,
  /\b(?:login|user(?:name)?|account)\s{1,4}[\w.@+-]{1,128}\s{1,4}(?:password|passwd|pass)\s{1,4}([^\s"']{1,256})/dgi,
  /\bset\s{1,4}password\s{1,4}(?:for\s{1,4}\S{1,128}\s{0,4})?=\s{0,4}(?:password\()?'([^'\n]{1,256})'/dgi,
  /\brabbitmqctl\s{1,4}(?:add_user|change_password|authenticate_user)\s{1,4}\S{1,128}\s{1,4}['"]?([^\s'"]{1,256})/dg,
  /\bhtpasswd\s{1,4}-\w{0,8}b\w{0,8}(?:\s{1,4}\S{1,256}){2}\s{1,4}['"]?([^\s'"]{1,256})/dg,
  /\becho\s{1,4}['"]?[\w.-]{1,64}:([^\s'"|]{1,256})['"]?\s{0,4}\|\s{0,4}chpasswd/dg,
  /\becho\s{1,4}(?:-n\s{1,4})?['"]?([^\s'"|]{3,256})['"]?\s{0,4}\|[^\n]{0,80}--(?:password|passphrase|token)-(?:stdin|fd)/dg,
  /(?<![\w:])(?:pass|file-pass):([^\s"',;|]{1,256})/dg,
  /\bbasic_auth\(["'][^"'\n]{1,128}["'],\s{0,4}["']([^"'\n]{1,256})/dg,
  /\bDecrypt(?:ed)?Password\(["']([^"'\n]{1,256})/dgi,
  /\b(?:AUTH|HELLO \d AUTH)\s{1,4}(?:default\s{1,4})?(?!failed|error|required|ok|plain|login|cram|LOGIN|PLAIN|CRAM|xoauth|XOAUTH)(?=\S{0,255}\d)([^\s"'=:]{6,256})(?=["']?\s{0,4}(?:$|["'\\]))/dgm,
];
/** What other systems write seldom: each would cost time in every text. */
const SELDOM: readonly RegExp[] = [
  /(?:password|passwd|passphrase|token|secret)[^\S\n]{1,4}(?:was[^\S\n]{1,4})?(?:changed|updated|rotated|reset)[^\S\n]{1,4}from[^\S\n]{1,4}['"]?([^\s'"]{0,256}[^\sA-Za-z'"][^\s'"]{0,256})/dgi,
  /(?:password|passwd|passphrase|token|secret)[^\S\n]{1,4}(?:was[^\S\n]{1,4})?(?:changed|updated|rotated|reset)[^\S\n]{1,4}from[^\S\n]{1,4}\S{1,256}[^\S\n]{1,4}to[^\S\n]{1,4}['"]?([^\s'"]{0,256}[^\sA-Za-z'"][^\s'"]{0,256})/dgi,
  /\bSecureString(?:[^\S\n]{1,4}-(?!String\b)[A-Za-z]{1,20}){0,3}[^\S\n]{1,4}(?:-String[^\S\n]{1,4})?(?:["']([^"'\n]{1,256})["']|(?<=ConvertTo-SecureString\b[^\n]{0,80})([^\s"'$(@-][^\s"']{0,255}))/dgi,
  /"(?:get)?set(?:ex|nx)?"[^\S\n]{1,4}"[^"\n]{0,100}(?:pass|pwd|token|secret|(?:api|access|private)[-_.:]?key)[^"\n]{0,60}"[^\S\n]{1,4}(?:"\d{1,9}"[^\S\n]{1,4})?"([^"\n]{1,256})"/dgi,
  /\bvault[^\S\n]{1,4}(?:login|operator[^\S\n]{1,4}unseal)[^\S\n]{1,4}(?=\S{0,80}\d)([^\s"'=-][^\s"'=]{3,255})(?=[\s"']|$)/dg,
  /\b(?:docker|podman|nerdctl)[^\S\n]{1,4}login\b[^\n|;&]{0,200}?[^\S\n]-p['"]?([^\s"'=-][^\s"'`;|&]{0,255})/dg,
  /\bnet[^\S\n]{1,4}user[^\S\n]{1,4}[\w.@-]{1,64}[^\S\n]{1,4}([^\s"'/*][^\s"']{0,256})/dgi,
  /\b(?:setuser|user)[^\S\n]{1,4}\S{1,128}[^\S\n]{1,4}(?:(?:on|off|reset\w{0,8}|all\w{3,8}|[~&+#-]\S{0,128})[^\S\n]{1,4}){1,12}>([^\s"']{1,256})/dgi,
  /^[\w.*-]{1,255}:(?:\d{4,5}|\*):[\w.*-]{1,63}:[\w.*-]{1,63}:([^\s:]{1,256})(?=[^\S\n]{0,20}$)/dgm,
  /\bopenssl\b[^\n|;&]{0,200}? -k[^\S\n]{1,4}['"]?([^\s'"`;|&-][^\s'"`;|&]{0,255})/dg,
  /\b(?:kinit|passwd|chpasswd|sudo|su|gpg|openssl|cryptsetup|login)\b[^\n|;&]{0,200}<<<[^\S\n]{0,4}['"]?([^\s'"]{1,256})/dg,
  /(?<![\w-])PSK[^\S\n]{1,4}"([^"\n]{1,256})"/dg,
  /\bsuperDigest[^\S\n]{0,4}[=:][^\S\n]{0,4}[\w.-]{1,64}:([^\s"']{1,256})/dg,
  /[{;][^\S\n]{0,8}secret[^\S\n]{1,4}"([^"\n]{1,256})"[^\S\n]{0,4};/dg,
  /\b(?:enable|username[^\S\n]{1,4}\S{1,64})[^\S\n]{1,4}(?:secret|password)[^\S\n]{1,4}(?:\d[^\S\n]{1,4})?([^\s"']{3,256})/dg,
  /\b(?:snmp-server[^\S\n]{1,4}|r[ow])community6?[^\S\n]{1,4}(?!(?:public|private|string)\b)([^\s"']{1,256})/dg,
];
const SELDOM_WORD =
  /(?:changed|updated|rotated|reset)[^\S\n]{1,4}from[^\S\n]|[^\S\n]>[^\s"']|securestring|net[^\S\n]{1,4}user|setuser|"(?:get)?set(?:ex|nx)?"[^\S\n]|vault[^\S\n]{1,4}(?:login|operator)|[^\S\n]login\b[^\n|;&]{0,200}[^\S\n]-p\S|superdigest|:(?:\d{4,5}|\*):[\w.*-]{1,63}:|openssl|<<<|psk[^\S\n]{1,4}"|secret[^\S\n]{1,4}"[^"\n]{1,256}"[^\S\n]{0,4};|(?:enable|username[^\S\n]{1,4}\S{1,64})[^\S\n]{1,4}(?:secret|password)|community6?[^\S\n]/i;
const ALL = [...FORMS, ...SELDOM];
/** Every form contains one of these. */
const WORD =
  /pass|identified|masterauth|stats\s|bindpw|rootpw|rabbitmqctl|basic_auth|decryptedp|auth\s|bearer|basic|negotiate|apikey|aws4|token-(?:stdin|fd)/i;
const FLAG = /(?<![\w-])-(?:[pPauUw]|[a-zA-Z]{1,8}u|-(?:from-literal|user|proxy-user|auth|basic-auth|cred))/;
const BEARER =
  /\b(?:bearer|basic|negotiate|apikey|aws4-hmac-sha256)[^\S\n]{1,8}(?:Credential=)?(?!(?:tokens?|auth|authentication|authorization|scheme|realm|error|is|and|or|not|for|access|users?|settings?|info(?:rmation)?|functions?|usage|tests?|checks?|configuration|header|credentials?|authenticated)(?:[\s:,;="'.)]|$))[^\s"'\\]{6,}/gi;
const TOKEN_OF_BEARER = /(?<!\S)\S+$/;

/** Has the text something that commands, statements or headers with a credential have? */
export function mayBeCommand(text: string): boolean {
  return WORD.test(text) || FLAG.test(text) || SELDOM_WORD.test(text);
}

/** Credentials in commands, statements and headers. */
export function credentialsInCommands(text: string): Span[] {
  const spans: Span[] = [];
  if (!mayBeCommand(text)) return spans;
  const isSeldom = SELDOM_WORD.test(text);
  for (const { 0: words, index } of matches(BEARER, text)) {
    const at = TOKEN_OF_BEARER.exec(words)?.index ?? 0;
    const plain = /^[a-z]{1,14}[.,;:!?)]?$/.test(words.slice(at)) && !/^[A-Z]/.test(words);
    if (!plain) spans.push({ start: index + at, end: index + words.length });
  }
  for (const form of isSeldom ? ALL : FORMS) {
    for (const { indices, 1: quoted, 2: plain } of matches(form, text)) {
      const value = quoted ?? plain ?? '';
      const range = indices?.[1] ?? indices?.[2];
      if (range && !isHarmless(value)) spans.push({ start: range[0], end: range[1] });
    }
  }
  return spans;
}
