// The part of koffi that we use. It is an optional dependency: without this file, the sources compile only where it is
// installed.
declare module "koffi" {
  interface Library {
    /** The address of a variable. Throws if the library has none of this name. */
    symbol(name: string, type: string): unknown;
    /** A function of the library, from its declaration in C. */
    func(declaration: string): (...args: readonly unknown[]) => number;
  }
  /** Throws if the system finds no such library. */
  function load(path: string, options?: { readonly global?: boolean }): Library;
  const koffi: { readonly load: typeof load };
  // biome-ignore lint/style/noDefaultExport: this is how the package exports it
  export default koffi;
}
