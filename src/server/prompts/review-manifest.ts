import { UserError } from '../../kubernetes/apimachinery/errors.ts';
import type { KubernetesObject } from '../../kubernetes/apimachinery/objects.ts';
import { oneLine } from '../../kubernetes/text/one-line.ts';
import { readManifests } from '../../kubernetes/text/reading.ts';
import { renderObject } from '../core/response.ts';
import { manifestFacts, titleOf } from './manifest-facts.ts';
import type { Prompt, PromptContext } from './prompt.ts';
import { renderSections, top } from './sections.ts';
import { findManifests, type ManifestFile } from './workspace.ts';

/** How much of the manifests is shown: what the facts leave of the prompt. */
const MAX_CHARACTERS = 6_000;
const MAX_FACTS = 25;

export const reviewManifest: Prompt = {
  name: 'review-manifest',
  title: 'Review Manifest',
  description: 'Review a manifest, or those of the workspace, against what the cluster has and serves.',
  arguments: [{ name: 'manifest', description: 'YAML or JSON; the manifests of the workspace when empty' }],
  lists: false,
  async run({ manifest }, context) {
    const { files, notes } = await (manifest ? given(manifest) : ofWorkspace(context));
    const objects = files.flatMap((file) => file.objects);
    const data = await renderSections(
      [
        { title: 'What the cluster says', lines: async () => top(await manifestFacts(context, objects), MAX_FACTS) },
        {
          title: 'Manifests (secret values redacted)',
          isRedacted: true,
          lines: async () => [...shown(files), ...notes],
        },
      ],
      context.signal,
    );
    return {
      task: 'Review these Kubernetes manifests. List what would fail or break something when they are applied, then what is risky in production (security, resources, probes, disruption, images), each with the object, the field and the corrected YAML. Leave out what is a matter of taste. Apply nothing.',
      data,
    };
  },
};

interface Manifests {
  files: ManifestFile[];
  notes: string[];
}

async function given(text: string): Promise<Manifests> {
  const objects = await readManifests(text);
  if (objects.length === 0) throw new UserError('The manifest holds no Kubernetes object.');
  return { files: [{ path: '', objects }], notes: [] };
}

async function ofWorkspace({ roots, signal }: PromptContext): Promise<Manifests> {
  const folders = await roots();
  if (!folders) {
    throw new UserError(
      'There is no workspace to look for manifests in: give the text of one in the argument manifest.',
    );
  }
  const { files, complete } = await findManifests(folders, signal);
  if (files.length === 0) {
    throw new UserError(
      `No YAML file that holds only Kubernetes objects was found under ${folders.join(', ')}: give the text of a manifest in the argument manifest.`,
    );
  }
  return { files, notes: complete ? [] : ['The workspace was too large to be searched whole.'] };
}

function shown(files: readonly ManifestFile[]): string[] {
  const lines: string[] = [];
  const left: string[] = [];
  let size = 0;
  for (const { path, objects } of files) {
    const fitting = objects
      .map((object) => ({ object, text: renderObject(object).trimEnd() }))
      .filter(({ object, text }) => {
        const fits = size + text.length <= MAX_CHARACTERS;
        if (fits) size += text.length;
        else left.push(leftOut(path, object));
        return fits;
      });
    for (const { text } of fitting) lines.push(oneLine(`--- ${path && `# ${path}`}`.trimEnd()), text);
  }
  if (left.length > 0) lines.push('Left out for their length; read them before you judge them:', ...top(left, 20));
  return lines;
}

function leftOut(path: string, object: KubernetesObject): string {
  return path ? `${path}: ${titleOf(object)}` : titleOf(object);
}
