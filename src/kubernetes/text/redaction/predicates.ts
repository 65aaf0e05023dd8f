const PREDICATE =
  /^(?:valid|invalid|not|now|reset|forbidden|no|too|only|also|being|set|unset|used|in|on|at|for|from|to|by|the|an?|as|of|with|still|already|never|always|about|same|old|new|ok|okay|wrong|incorrect|bad|empty|blank|missing|absent|stale|safe|weak|strong|short|long|null|undefined|there|here|what|your|this|that|present|different|correct|good|fine|out|then|and|or|just|you|it|we|one|so|more|less|neither|either|nothing|part|older|newer|larger|smaller|longer|shorter|inside|outside|gone|broken|written|given|known|taken|shown|hidden|seen|sent|kept|held|bound|found|done|optional|mandatory|necessary|available|unavailable|active|inactive|configurable|\p{L}+(?:ed|ing|able|ible|ent|ate|less|ful|ous))[.,;:!?)'"]*$/iu;

/** True for what a sentence says about a credential instead of naming it: `password expired`. */
export function saysSomethingElse(word: string): boolean {
  return PREDICATE.test(word);
}
