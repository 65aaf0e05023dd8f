import { UserError } from '../apimachinery/errors.ts';
import { pathText } from '../apimachinery/field-path.ts';
import { isObject, type JsonObject } from '../apimachinery/objects.ts';
import { KubeconfigFieldProblem, readFields } from './kubeconfig-schema.ts';
import { placeOf, readFirstYaml, type YamlReading } from './yaml-reader.ts';
import { YamlProblem } from './yaml-syntax.ts';

/** What the text of a kubeconfig says. */
export interface KubeconfigText {
  fields: JsonObject;
  /** How many documents it holds beyond the first, which alone is read. */
  ignored: number;
}

/**
 * Reads the text of a kubeconfig as kubectl does.
 * @throws UserError whose words go on from the name of the file; it tells the line, and quotes nothing, which may be a credential.
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
