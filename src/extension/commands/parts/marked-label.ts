/** The label of a choice, with a mark for one of them. */
export function markedLabel(label: string, isMarked: boolean): string {
  return `${isMarked ? '$(check) ' : '$(blank) '}${label}`;
}
