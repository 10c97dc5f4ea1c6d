/** A store has no room for the states of a checkpoint. */
export class StoreFull extends Error {
  override readonly name = "StoreFull";
}
