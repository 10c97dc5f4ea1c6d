/** An error in a program written in the step language, found while recording it. The message says where. */
export class ModelError extends Error {
  override readonly name = "ModelError";
  /** The procedure in which it was found, if that is known. */
  readonly procedure: string | undefined;

  constructor(message: string, procedure?: string) {
    super(message);
    this.procedure = procedure;
  }
}

/** Throws a ModelError that names the actor, the procedure and, inside a step, its label. */
export function failAt(
  where: { actor: string; procedure: string; label?: string | undefined },
  message: string,
): never {
  const label = where.label === undefined ? "" : `, step "${where.label}"`;
  throw new ModelError(`actor ${where.actor}, ${where.procedure}${label}: ${message}`, where.procedure);
}
