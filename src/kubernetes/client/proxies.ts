import { BlockList, isIP } from 'node:net';
import { domainToASCII } from 'node:url';
import { withPlainScheme } from '../apimachinery/urls.ts';

const PORTS: Record<string, string> = { 'http:': '80', 'https:': '443' };

/**
 * The proxy that the environment sets for a server, with Go's rules: HTTPS_PROXY or HTTP_PROXY, unless the server is
 * this machine or matches NO_PROXY.
 */
export function proxyFor(server: string, env: NodeJS.ProcessEnv = process.env): string | undefined {
  if (!URL.canParse(server)) return undefined;
  const { protocol, hostname, port } = new URL(server);
  const host = hostname.replace(/^\[|\]$/g, '');
  const variable = (name: string) => env[name] || env[name.toLowerCase()] || '';
  const proxy = variable(protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY');
  if (proxy === '' || isLocal(host)) return undefined;
  const place = { host, port: port || PORTS[protocol] || '' };
  if (
    variable('NO_PROXY')
      .split(',')
      .some((rule) => isExcepted(place, rule.trim().toLowerCase()))
  )
    return undefined;
  const url = /^[a-z][a-z\d+.-]*:\/\/[^/]/i.test(proxy) ? proxy : `http://${proxy}`;
  // Go takes what is no URL for no proxy.
  return /\s/.test(url) || !URL.canParse(url) ? undefined : withPlainScheme(url);
}

// Includes IPv4 addresses written as IPv6.
function isLocal(host: string): boolean {
  if (host === 'localhost' || host === '::1') return true;
  return isIP(host) !== 0 && isWithin(host, '127.0.0.0', 8);
}

function isExcepted({ host, port }: { host: string; port: string }, rule: string): boolean {
  if (rule === '*') return true;
  if (rule.includes('/')) return isInRange(host, rule);
  const [, bracketed, plain = rule, rulePort] = /^(?:\[([^\]]*)\]|([^:]*)):(\d*)$/.exec(rule) ?? [];
  const name = bracketed ?? plain;
  if (name === '' || (rulePort && rulePort !== port)) return false;
  if (isIP(name) !== 0) return isIP(host) !== 0 && sameAddress(host, name);
  if (isIP(host) !== 0) return false;
  const domain = name.replace(/^\*(?=\.)/, '');
  const ascii = /^[\x20-\x7e]*$/.test(domain) ? domain : domainToASCII(domain) || domain;
  return host.endsWith(ascii.startsWith('.') ? ascii : `.${ascii}`) || host === ascii;
}

function isInRange(host: string, range: string): boolean {
  const [address = '', bits = ''] = range.split('/');
  const [family, version] = [isIP(address), isIP(host)];
  if (family === 0 || version === 0 || !/^\d+$/.test(bits) || Number(bits) > (family === 4 ? 32 : 128)) return false;
  // A range of IPv6 holds IPv4 addresses only where it is a range of IPv4 written as IPv6.
  const isOfIpv4 = family === 4 || (Number(bits) >= 96 && isIpv4(address));
  return isOfIpv4 === isIpv4(host) && isWithin(host, address, Number(bits));
}

function isIpv4(address: string): boolean {
  return isWithin(address, '::ffff:0:0', 96);
}

function isWithin(host: string, address: string, bits: number): boolean {
  const list = new BlockList();
  list.addSubnet(address, bits, isIP(address) === 4 ? 'ipv4' : 'ipv6');
  return list.check(host, isIP(host) === 4 ? 'ipv4' : 'ipv6');
}

function sameAddress(one: string, other: string): boolean {
  return isWithin(one, other, isIP(other) === 4 ? 32 : 128);
}
