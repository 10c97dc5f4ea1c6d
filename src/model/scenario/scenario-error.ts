/** An operation in `initially` cannot happen. */
export class ScenarioError extends Error {
  override readonly name = "ScenarioError";
  /** Position in the scenario's `initially`. */
  readonly position: number;
  constructor(position: number, message: string) {
    super(message);
    this.position = position;
  }
}
