/** Thrown where a rule asks for a fact that the evidence does not hold; it makes the rule undecided. */
export class MissingFact extends Error {
  override readonly name = 'MissingFact';
}
