import { UserError } from '../apimachinery/errors.ts';
import { pathText } from '../apimachinery/field-path.ts';
import { isObject, type JsonObject } from '../apimachinery/objects.ts';
import { KubeconfigFieldProblem, readFields } from './kubeconfig-schema.ts';
import { placeOf, readFirstYaml, type YamlReading } from './yaml-reader.ts';
import { YamlProblem } from './yaml-syntax.ts';

/** The content of a kubeconfig's text. */
export interface KubeconfigText {
  fields: JsonObject;
  /** Number of documents after the first, which are not read. */
  ignored: number;
}

/**
 * Parses a kubeconfig's text as kubectl does.
 * @throws UserError whose message continues after the file's name; it gives the line and quotes nothing, as that may be
 * a credential.
 */
export function parseKubeconfig(text: string): KubeconfigText {
  let reading: YamlReading & { ignored: number };
  try {
    reading = readFirstYaml(text);
  } catch (error) {
    if (!(error instanceof YamlProblem)) throw error;
    throw new UserError(`is not valid YAML${error.line ? ` (line ${error.line})` : ''}.`);
  }
  const { value, ignored } = reading;
  if (value !== null && !isObject(value)) throw new UserError('is not a kubeconfig: its top level is not a mapping.');
  try {
    const fields = readFields(value);
    const { apiVersion = 'v1', kind = 'Config' } = fields;
    if (apiVersion !== 'v1' || kind !== 'Config')
      throw new UserError('is not a kubeconfig: it must have apiVersion v1 and kind Config.');
    return { fields, ignored };
  } catch (error) {
    if (!(error instanceof KubeconfigFieldProblem)) throw error;
    const { line } = placeOf(reading, error.path);
    const field = pathText([...error.path]) || 'its top level';
    throw new UserError(`cannot be used, line ${line}: ${field} ${error.message}.`);
  }
}
