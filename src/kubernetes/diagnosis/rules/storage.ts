import { objectsAt, textAt, textsAt } from '../../apimachinery/fields.ts';
import type { KubernetesObject } from '../../apimachinery/objects.ts';
import { kinds } from '../../apimachinery/well-known-kinds.ts';
import { cause, type Finding, type Report, risk, someOf } from '../facts/finding.ts';
import { type Lookup, members, namesOf, present } from '../facts/lookup.ts';
import { say } from '../facts/message.ts';
import { rule } from '../facts/rule.ts';
import type { Claim } from '../facts/types.ts';
import { warningsOf } from '../facts/warnings.ts';

export const DEFAULT_CLASS = 'storageclass.kubernetes.io/is-default-class';

/** A StorageClass: does it provision volumes, and is it the only default? */
export const storageClassRule = rule([kinds.claims, kinds.storageClasses], async (storage, lookup): Promise<Report> => {
  const name = storage.metadata?.name;
  const provisioner = textAt(storage, 'provisioner') ?? '?';
  const [claims, classes, drivers] = await Promise.all([
    lookup.list<Claim>(kinds.claims, undefined),
    lookup.list(kinds.storageClasses, undefined),
    lookup.list(kinds.drivers, undefined),
  ]);
  const own = members(claims).filter(({ spec }) => spec?.storageClassName === name);
  const pending = own.filter(({ status }) => status?.phase === 'Pending');
  const isDefault = storage.metadata?.annotations?.[DEFAULT_CLASS] === 'true';
  const defaults = members(classes).filter(({ metadata }) => metadata?.annotations?.[DEFAULT_CLASS] === 'true');
  const findings: Finding[] = [];
  if (isDefault && defaults.length > 1) {
    findings.push(
      risk(say`there are ${defaults.length} default classes, of which the newest counts: ${someOf(namesOf(defaults))}`),
    );
  }
  const waits = textAt(storage, 'volumeBindingMode') === 'WaitForFirstConsumer';
  const driver = drivers === 'unknown' || drivers.some(({ metadata }) => metadata?.name === provisioner);
  if (pending.length > 0) {
    const why =
      provisioner === 'kubernetes.io/no-provisioner'
        ? say`it makes no volumes itself`
        : driver
          ? ''
          : say`no CSIDriver "${provisioner}" is installed: does its provisioner run?`;
    const text = say`${pending.length} of its ${own.length} claims are pending: ${someOf(pending.map(placeOf))}${why ? say`; ${why}` : ''}`;
    findings.push(waits && driver ? risk(text) : cause(text));
  }
  return {
    summary: `${provisioner}, ${waits ? 'binds when a pod uses the claim' : 'binds at once'}${isDefault ? ', the default' : ''}, ${claims === 'unknown' ? 'claims unknown' : `${own.length} claims`}`,
    findings,
    ...(driver || provisioner === 'kubernetes.io/no-provisioner'
      ? {}
      : { unseen: say`whether its provisioner runs is not known: no CSIDriver "${provisioner}" is installed` }),
  };
});

/** A PersistentVolume: which claim has it, and can it still be used? */
export const volumeRule = rule([kinds.claims, kinds.nodes], async (volume, lookup, { kind }): Promise<Report> => {
  const phase = textAt(volume, 'status', 'phase') ?? 'no phase';
  const claim = {
    namespace: textAt(volume, 'spec', 'claimRef', 'namespace'),
    name: textAt(volume, 'spec', 'claimRef', 'name'),
  };
  const policy = textAt(volume, 'spec', 'persistentVolumeReclaimPolicy');
  const message = textAt(volume, 'status', 'message');
  const [found, nodes, warnings] = await Promise.all([
    claim.name ? lookup.get(kinds.claims, claim.namespace, claim.name) : undefined,
    nodeFindings(volume, lookup),
    warningsOf(volume, kind, lookup),
  ]);
  const findings: Finding[] = [...nodes];
  if (phase === 'Failed') findings.push(cause(say`it failed: ${message ?? say`it could not be reclaimed`}`));
  if (phase === 'Released') {
    findings.push(
      risk(
        say`its claim ${claim.namespace}/${claim.name} is gone and nobody can claim it again (reclaim policy ${policy}) until its claimRef is removed`,
      ),
    );
  } else if (found === 'absent') {
    findings.push(cause(say`its claim ${claim.namespace}/${claim.name} does not exist`));
  } else if (found && present(found) && phase === 'Available') {
    findings.push(risk(say`it is reserved for claim ${claim.namespace}/${claim.name} but not bound to it`));
  }
  const size = textAt(volume, 'spec', 'capacity', 'storage');
  return {
    summary: `${phase}, ${size}, class ${textAt(volume, 'spec', 'storageClassName') ?? '(none)'}, ${claim.name ? `claim ${claim.namespace}/${claim.name}` : 'no claim'}`,
    findings,
    warnings,
  };
});

// A local volume exists on one node only and is lost with it.
async function nodeFindings(volume: KubernetesObject, lookup: Lookup): Promise<Finding[]> {
  const terms = objectsAt(volume, 'spec', 'nodeAffinity', 'required', 'nodeSelectorTerms');
  const names = terms
    .flatMap((term) => objectsAt(term, 'matchExpressions'))
    .filter(({ key, operator }) => key === 'kubernetes.io/hostname' && operator === 'In')
    .flatMap((expression) => textsAt(expression, 'values'));
  if (names.length === 0) return [];
  const nodes = await lookup.list(kinds.nodes, undefined);
  if (nodes === 'unknown') return [];
  const hosts = nodes.map(({ metadata }) => metadata?.labels?.['kubernetes.io/hostname'] ?? metadata?.name ?? '');
  return names.some((name) => hosts.includes(name))
    ? []
    : [cause(say`it can be reached only from node ${someOf(names)}, which does not exist`)];
}

function placeOf({ metadata }: KubernetesObject): string {
  return `${metadata?.namespace}/${metadata?.name}`;
}
