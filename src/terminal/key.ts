/** A key that was pressed, as node:readline tells of it. */
export interface Key {
  /** What the terminal sent. */
  readonly sequence?: string | undefined;
  readonly name?: string | undefined;
  readonly ctrl?: boolean | undefined;
  readonly meta?: boolean | undefined;
}
