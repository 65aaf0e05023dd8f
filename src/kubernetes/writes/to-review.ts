import type { Review } from '../../protocol.ts';
import { comparable } from '../text/diff.ts';
import { redact } from '../text/redact.ts';
import { toYaml } from '../text/yaml.ts';
import type { Change } from './change.ts';

/** What a human is shown of changes: redacted YAML, with markers where a hidden value differs. */
export function toReview(changes: readonly Change[]): Review {
  return {
    changes: changes.map(({ access, context, kind, namespace, name, before, after, summary }) => ({
      access,
      context,
      kind,
      namespace,
      name,
      before: before ? toYaml(comparable(redact(before))) : '',
      after: summary ?? (after ? toYaml(comparable(redact(after, before))) : ''),
    })),
  };
}
