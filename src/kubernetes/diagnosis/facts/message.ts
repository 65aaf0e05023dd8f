/** What a message is filled with: names and amounts, which every language has alike, or messages again. */
export type Filling = string | number | undefined | Message;

/** A text of ours before it is put together, so that it can be said in the user's language, too. */
export class Message {
  /** In English, with {0} for the first filling. */
  readonly template: string;
  readonly #fillings: readonly Filling[];

  constructor(template: string, fillings: readonly Filling[]) {
    this.template = template;
    this.#fillings = fillings;
  }

  /** In English, as models read it. */
  toString(): string {
    return this.in((template) => template);
  }

  /** In the language of these templates. */
  in(translated: (template: string) => string): string {
    return translated(this.template).replace(/\{(\d+)\}/g, (_, index) => {
      const filling = this.#fillings[Number(index)];
      return filling instanceof Message ? filling.in(translated) : String(filling ?? '');
    });
  }
}

/** A message, as a tag of a template: `` say`pod ${name} is gone` ``. */
export function say(parts: TemplateStringsArray, ...fillings: Filling[]): Message {
  const template = parts.reduce((text, part, index) => `${text}{${index - 1}}${part}`);
  return new Message(template, fillings);
}

/** The parts one after the other, without those that are empty. */
export function listed(parts: readonly Filling[]): Message | '' {
  const [first, ...others] = parts.filter((part) => part !== undefined && part !== '');
  return first === undefined ? '' : others.reduce<Message>((all, part) => say`${all}; ${part}`, say`${first}`);
}
