import { type FieldPath, fieldText, valueAt } from '../apimachinery/field-path.ts';
import { manifestDifferences } from '../apimachinery/manifest-differences.ts';
import type { KubernetesObject } from '../apimachinery/objects.ts';
import { redact } from '../text/redact.ts';
import { valueText } from '../text/value-text.ts';

/** A field whose live value differs from the release's manifest. */
export interface DriftedField {
  /** `.spec.replicas` */
  path: string;
  steps: FieldPath;
  manifest: string;
  live: string;
}

const MAX_TEXT = 80;

/** Fields of the manifest changed since the release, redacted; fields it does not name are ignored. */
export function driftOf(manifest: KubernetesObject, live: KubernetesObject): DriftedField[] {
  const { stringData: _, ...own } = manifest;
  // The actual values are compared; only redacted ones are shown.
  const [shown, shownLive] = [redact(own), redact(live)];
  return manifestDifferences(own, live).map(({ path }) => {
    const [ownShown, isShown] = [shown, shownLive].map((object) => valueText(shownAt(object, path), MAX_TEXT));
    return { path: fieldText(path), steps: path, manifest: ownShown ?? '', live: isShown ?? '' };
  });
}

/** The value at a path, or the marker that stands for what it is in. */
function shownAt(shown: unknown, [step, ...rest]: FieldPath): unknown {
  if (step === undefined || typeof shown !== 'object') return shown;
  return shownAt(valueAt(shown, [step]), rest);
}
