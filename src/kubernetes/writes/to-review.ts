import type { Review } from '../../protocol.ts';
import { redact } from '../redact.ts';
import { toYaml } from '../yaml.ts';
import { type Change, describeChange } from './change.ts';

/** What a human is shown of changes: redacted YAML, with markers where a hidden value differs. */
export function toReview(changes: readonly Change[]): Review {
  return {
    changes: changes.map((change) => ({
      title: describeChange(change),
      before: change.before ? toYaml(redact(change.before)) : '',
      after: change.summary ?? (change.after ? toYaml(redact(change.after, change.before)) : ''),
    })),
  };
}
