import { fieldType, omittedValues } from '../apimachinery/omitted-values.ts';
import type { Definitions, Schema } from '../apimachinery/schema.ts';
import type { Condition, Operand, Step } from './json-path-syntax.ts';

/** A field that a path names, from the object's root. */
export interface NamedField {
  names: string[];
  /** The path to it, as written. */
  text: string;
  /** Of its path, if that is known to the end; from where the path begins, which is inside a list in a filter. */
  steps: readonly Step[] | undefined;
  /** In a comparison, not in a question whether it is there. */
  isCompared: boolean;
}

/** The fields that a path names: its own, and those in its filters. */
export function fieldsOfPath(steps: readonly Step[], text: string): NamedField[] {
  return fieldsOfSteps(steps, [], text, false);
}

/** The fields that a condition names. */
export function fieldsOfCondition(condition: Condition): NamedField[] {
  return fieldsIn(condition, []);
}

/** From here on, fields that the API omits count as what they mean in comparisons. */
export function countOmitted(fields: readonly NamedField[], root: Schema, definitions: Definitions): void {
  for (const { names, steps } of fields) {
    const named = (steps ?? []).filter(({ selectors }) => selectors[0]?.type === 'name');
    const values = omittedValues(root, names, definitions).slice(-named.length);
    values.forEach((value, index) => {
      const step = named[index];
      if (step && value !== undefined) step.absent = value;
    });
  }
}

/** What was counted in place of missing fields, as a sentence for each path. */
export function countedTexts(fields: readonly NamedField[], counted: ReadonlySet<Step>): string[] {
  const texts = fields.flatMap(({ text, steps }) => {
    const step = steps?.findLast((one) => one.absent !== undefined);
    if (!step || !counted.has(step)) return [];
    return `Where ${text} is missing, it counts as ${step.absent === false ? 'false' : '0'}.`;
  });
  return [...new Set(texts)];
}

/** Is a missing field of this kind worth a word: a number or a switch that may mean something when it is missing? */
export function isAmbiguous({ names }: NamedField, root: Schema, definitions: Definitions): boolean {
  const type = fieldType(root, names, definitions);
  return type === 'integer' || type === 'number' || type === 'boolean';
}

function fieldsIn(condition: Condition, place: readonly string[]): NamedField[] {
  const ofOperand = (operand: Operand, isCompared: boolean) => {
    if (!('from' in operand)) return [];
    return fieldsOfSteps(operand.steps, operand.from === '@' ? place : [], operand.text, isCompared);
  };
  switch (condition.type) {
    case 'or':
    case 'and':
      return condition.conditions.flatMap((one) => fieldsIn(one, place));
    case 'not':
      return fieldsIn(condition.condition, place);
    case 'exists':
      return ofOperand(condition.operand, false);
    case 'compare':
      return [...ofOperand(condition.left, true), ...ofOperand(condition.right, true)];
  }
}

function fieldsOfSteps(
  steps: readonly Step[],
  place: readonly string[],
  text: string,
  isCompared: boolean,
): NamedField[] {
  const names = [...place];
  const inFilters: NamedField[] = [];
  for (const { deep, selectors } of steps) {
    const [selector] = selectors;
    // Beyond these, the path has no one place.
    if (deep || selectors.length > 1 || !selector) return [...inFilters, { names, text, steps: undefined, isCompared }];
    if (selector.type === 'name') names.push(selector.name);
    if (selector.type === 'filter') inFilters.push(...fieldsIn(selector.condition, [...names]));
  }
  return [...inFilters, { names, text, steps, isCompared }];
}
