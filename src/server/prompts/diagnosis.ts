import { UserError } from '../../kubernetes/apimachinery/errors.ts';
import type { PromptContext } from './prompt.ts';

/** What diagnose_resource says of this. @throws UserError where it fails. */
export async function diagnosisOf(
  args: Record<string, unknown>,
  { call }: Pick<PromptContext, 'call'>,
): Promise<string> {
  const { content, isError } = await call('diagnose_resource', args);
  const text = content.flatMap((part) => (part.type === 'text' ? part.text : [])).join('\n');
  if (isError) throw new UserError(text);
  return text;
}
