/** Where kernels are built: one folder beside the checkout with a tree for each kernel and each variant. */
import { realpathSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { usageError } from "../../src/diagnostics/usage-error.ts";
import type { TreeName } from "./trees.ts";

const checkout = fileURLToPath(new URL("../..", import.meta.url));

export const defaultFolder = resolve(checkout, "../exclusive-check-kernels");

/** Throws a UserError if the folder is the checkout or is inside it, also through a symbolic link. */
export function outsideCheckout(folder: string, root = checkout): string {
  const path = realPath(resolve(folder));
  const way = relative(realPath(resolve(root)), path);
  if (way === "" || !(way === ".." || way.startsWith("../")))
    throw usageError(
      `${folder} is inside the checkout`,
      "kernels take gigabytes, and git and the tests would find their files: choose a folder outside it with --dir",
    );
  return path;
}

/** The real path of a folder that need not exist yet. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return dirname(path) === path ? path : join(realPath(dirname(path)), basename(path));
  }
}

/** The folder with the sources of a kernel, or of one of its variants, and with everything that was built from them. */
export function treeFolder(dir: string, tree: TreeName, variant?: string): string {
  return join(dir, variant === undefined ? `linux-source-${tree}` : `linux-source-${tree}-${variant}`);
}

export interface BuiltKernel {
  /** The image that QEMU boots. */
  readonly image: string;
  /** With symbols and debug information. */
  readonly vmlinux: string;
  /** The module of the test driver. */
  readonly testHmm: string;
  /** The folder against which modules are built. */
  readonly tree: string;
}

/** The files of a kernel that was built in this folder. They exist if its build has ended well. */
export function builtIn(tree: string): BuiltKernel {
  return {
    image: join(tree, "arch/x86/boot/bzImage"),
    vmlinux: join(tree, "vmlinux"),
    testHmm: join(tree, "lib/test_hmm.ko"),
    tree,
  };
}

/** The files of a kernel that `npm run kernel-lab -- build` has made in `dir`. */
export function builtKernel(dir: string, tree: TreeName, variant?: string): BuiltKernel {
  return builtIn(treeFolder(dir, tree, variant));
}
