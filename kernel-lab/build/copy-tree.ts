/** Copies a built tree, so that a variant of it is built in a minute. */
import {
  copyFile,
  link,
  lstat,
  mkdir,
  readdir,
  readFile,
  readlink,
  rename,
  rm,
  symlink,
  utimes,
  writeFile,
} from "node:fs/promises";
import { join } from "node:path";

/**
 * Copies the tree `from` to `to`, which must not exist. Files that are not newer than `unpacked` (in milliseconds) come
 * from the archive, and a build never writes to them: both trees share them by hard links. Files that a build has made
 * are copied with their times, because a build may write to them in place.
 *
 * The kernel's own tools are built with absolute paths in their lists of dependencies. These paths are changed to the
 * new tree. Otherwise make would build the tools again, and then everything that they process.
 *
 * `change` may then replace files of the copy. It gets the copy's temporary name, so that `to` is never half done.
 */
export async function copyTree(
  { from, to, unpacked }: { readonly from: string; readonly to: string; readonly unpacked: number },
  change: (copy: string) => Promise<void>,
): Promise<void> {
  const unfinished = `${to}.copying`;
  await rm(unfinished, { recursive: true, force: true });
  await copyFolder(from, unfinished, unpacked);
  await changePaths(join(unfinished, "tools"), from, to);
  await change(unfinished);
  await rename(unfinished, to);
}

async function copyFolder(from: string, to: string, unpacked: number): Promise<void> {
  await mkdir(to);
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) await copyFolder(source, target, unpacked);
    else if (entry.isSymbolicLink()) await symlink(await readlink(source), target);
    else if (entry.isFile()) await copyOne(source, target, unpacked);
  }
}

async function copyOne(source: string, target: string, unpacked: number): Promise<void> {
  const { mtimeMs, atime, mtime } = await lstat(source);
  if (mtimeMs <= unpacked) await link(source, target);
  else {
    await copyFile(source, target);
    await utimes(target, atime, mtime);
  }
}

async function changePaths(folder: string, from: string, to: string): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const entry of entries) {
    if (!entry.isFile() || !/\.(cmd|d)$/.test(entry.name)) continue;
    const path = join(entry.parentPath, entry.name);
    const text = await readFile(path, "utf8");
    if (!text.includes(`${from}/`)) continue;
    const { atime, mtime } = await lstat(path);
    await writeFile(path, text.replaceAll(`${from}/`, `${to}/`));
    await utimes(path, atime, mtime);
  }
}
