/** A pressed key, as node:readline reports it. */
export interface Key {
  /** The characters that the terminal sent. */
  readonly sequence?: string | undefined;
  readonly name?: string | undefined;
  readonly ctrl?: boolean | undefined;
  readonly meta?: boolean | undefined;
}
