import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { styleText } from 'node:util';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';

interface Stop {
  title: string;
  tool: string;
  input: Record<string, unknown>;
  /** What the answer must contain. */
  shows: RegExp;
  /** The answer must be an error. */
  fails?: boolean;
}

const greeter = { kind: 'deploy', name: 'greeter', namespace: 'team-b' };

const stops: Stop[] = [
  {
    title: 'What is wrong in this cluster, the worst first?',
    tool: 'diagnose_resource',
    input: { kind: 'cluster' },
    shows: /payments/,
  },
  {
    title: 'And why, in one call: status, events, the last words of its log',
    tool: 'diagnose_resource',
    input: { kind: 'deploy', name: 'payments', namespace: 'shop' },
    shows: /CrashLoopBackOff/,
  },
  {
    title: 'Which kinds of its own does this cluster have?',
    tool: 'get_api_resources',
    input: { query: 'mcp-k8s' },
    shows: /widgets/,
  },
  {
    title: 'What runs in the shop?',
    tool: 'list_resources',
    input: { kind: 'deploy', namespace: 'shop' },
    shows: /payments/,
  },
  {
    title: 'Which of its pods are in trouble? Only what the question needs, in columns of its own',
    tool: 'list_resources',
    input: {
      kind: 'pods',
      namespace: 'shop',
      labelSelector: 'app in (payments, recommendations)',
      columns: ['.metadata.labels.app', '.status.containerStatuses[*].state.waiting.reason'],
    },
    shows: /CrashLoopBackOff/,
  },
  {
    title: 'One object, without the noise',
    tool: 'get_resource',
    input: { kind: 'deploy', name: 'payments', namespace: 'shop' },
    shows: /kind: Deployment/,
  },
  {
    title: 'A Secret: its keys, never its values',
    tool: 'get_resource',
    input: { kind: 'secret', name: 'db-credentials', namespace: 'shop', fields: ['.data'] },
    shows: /redacted/,
  },
  {
    title: 'Who may read such Secrets, and by which binding?',
    tool: 'check_access',
    input: { verb: 'get', kind: 'secrets', subject: '*', namespace: 'shop' },
    shows: /system:masters/,
  },
  {
    title: 'Where is memory used?',
    tool: 'get_resource_usage',
    input: { kind: 'pods', namespace: 'shop', sortBy: 'memory' },
    shows: /MEMORY/,
  },
  {
    title: 'Which Helm releases have failed?',
    tool: 'list_helm_releases',
    input: { status: 'failed' },
    shows: /checkout/,
  },
  {
    title: 'Why did it fail?',
    tool: 'diagnose_resource',
    input: { kind: 'helmrelease', name: 'checkout' },
    shows: /Revision 1 was the last that worked/,
  },
  {
    title: 'What did the failed upgrade change?',
    tool: 'get_helm_release',
    input: { name: 'checkout', section: 'diff' },
    shows: /nginx:1\.29/,
  },
  {
    title: 'A deployment is created from a manifest',
    tool: 'create_resource',
    input: { manifest: readFileSync(new URL('workspace/manifests/greeter.yaml', import.meta.url), 'utf8') },
    shows: /greeter/,
  },
  {
    title: 'It is given two replicas more; the answer is what changed',
    tool: 'update_resource',
    input: {
      manifest:
        '{apiVersion: apps/v1, kind: Deployment, metadata: {name: greeter, namespace: team-b}, spec: {replicas: 3}}',
    },
    shows: /\+\s+replicas: 3/,
  },
  {
    title: 'What changed there, and by whom?',
    tool: 'list_changes',
    input: { namespace: 'team-b', kind: 'deploy', name: 'greeter' },
    shows: /mcp-k8s/,
  },
  { title: 'And is deleted again', tool: 'delete_resource', input: greeter, shows: /greeter/ },
  {
    title: 'It is gone, and an error says what there is instead',
    tool: 'get_resource',
    input: greeter,
    shows: /reports/,
    fails: true,
  },
];

/** Where containers are real: see test/cluster/seeds/live. */
const realStops: Stop[] = [
  {
    title: 'A real container is waited for',
    tool: 'wait_for_resource',
    input: { kind: 'pod', name: 'ledger-0', namespace: 'live', for: 'ready' },
    shows: /^Ready/,
  },
  {
    title: 'What it prints, as it comes',
    tool: 'get_pod_logs',
    input: { kind: 'deploy', name: 'gateway', namespace: 'live', tailLines: 5 },
    shows: /gateway/,
  },
  {
    title: 'A command in it, with its output and its exit code',
    tool: 'exec_in_pod',
    input: {
      name: 'ledger-0',
      namespace: 'live',
      command: ['sh', '-c', 'df -h /data; tail -n 2 /data/ledger; exit 3'],
    },
    shows: /^exit code 3/,
  },
  {
    title: 'Why does this one crash?',
    tool: 'diagnose_resource',
    input: { kind: 'deploy', name: 'invoices', namespace: 'live' },
    shows: /DATABASE_URL is not set/,
  },
];

const shownLines = 12;
const server = fileURLToPath(new URL('../../dist/server.cjs', import.meta.url));

/** Calls tools as an agent would, and prints the answers' first lines; returns the number of failures. */
export async function tour(kubeconfig: string, hasRealNode: boolean): Promise<number> {
  const visited = hasRealNode ? [...stops, ...realStops] : stops;
  const begin = performance.now();
  const client = new Client({ name: 'mcp-k8s-demo', version: '1' });
  const switches = ['--enable-create', '--enable-update', '--enable-delete', '--enable-exec'];
  const args = [server, '--kubeconfig', kubeconfig, ...switches];
  await client.connect(new StdioClientTransport({ command: process.execPath, args, stderr: 'inherit' }));
  let failures = 0;
  try {
    for (const stop of visited) if (!(await visit(client, stop))) failures++;
  } finally {
    await client.close();
  }
  const seconds = ((performance.now() - begin) / 1000).toFixed(1);
  const right = failures === 0 ? 'each as it should be' : `${failures} of them not as they should be`;
  console.log(styleText('bold', `\n${visited.length} answers in ${seconds} s, ${right}.`));
  return failures;
}

async function visit(client: Client, { title, tool, input, shows, fails = false }: Stop): Promise<boolean> {
  const begin = performance.now();
  const { isError = false, content } = await client.callTool({ name: tool, arguments: input });
  const milliseconds = Math.round(performance.now() - begin);
  const text = textOf(content);
  const works = isError === fails && shows.test(text);
  console.log(`\n${styleText('bold', title)}\n${styleText('cyan', short(`${tool} ${call(input)}`))}`);
  const lines = aligned(text.trimEnd().split('\n'));
  for (const line of lines.slice(0, works ? shownLines : undefined)) console.log(`  ${short(line)}`);
  const more = works && lines.length > shownLines ? `… ${lines.length - shownLines} more lines, ` : '';
  console.log(styleText('dim', `  ${more}${text.length} characters in ${milliseconds} ms`));
  if (!works) console.log(styleText('red', `  ✗ this was to ${fails ? 'be an error and ' : ''}show ${shows}`));
  return works;
}

function textOf(content: unknown): string {
  const parts = Array.isArray(content) ? content : [];
  return parts.flatMap((part: { text?: unknown }) => (typeof part.text === 'string' ? part.text : [])).join('\n');
}

/** The input on one line: `kind=pods namespace=shop`. */
function call(input: Record<string, unknown>): string {
  const inLine = (value: unknown) => {
    if (typeof value !== 'string') return JSON.stringify(value);
    const lines = value.trimEnd().split('\n').length;
    return lines > 1 ? `(${lines} lines)` : value;
  };
  return Object.entries(input)
    .map(([name, value]) => `${name}=${inLine(value)}`)
    .join(' ');
}

/** Aligns tab-separated columns (cheapest for a model) for human readers. */
function aligned(lines: string[]): string[] {
  const rows = lines.map((line) => line.split('\t'));
  const width = (column: number) =>
    Math.max(...rows.filter((row) => row.length > 1).map((row) => row[column]?.length ?? 0));
  return rows.map((row) =>
    row.map((cell, column) => (column < row.length - 1 ? cell.padEnd(width(column)) : cell)).join('  '),
  );
}

function short(line: string): string {
  const width = Math.max(60, (process.stdout.columns ?? 140) - 4);
  return line.length > width ? `${line.slice(0, width - 1)}…` : line;
}
