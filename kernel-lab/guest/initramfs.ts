/** The file system that a guest's kernel starts from: a cpio archive of the form "newc", compressed. */
import { gzipSync } from "node:zlib";

export interface InitramfsFile {
  /** Path in the guest, without a slash at the beginning. Folders on the way must come as files before it. */
  readonly path: string;
  readonly content: Uint8Array | "folder";
}

const executable = 0o100755;
const folder = 0o040755;

/** Form: Documentation/driver-api/early-userspace/buffer-format.rst. */
export function initramfs(files: readonly InitramfsFile[]): Buffer {
  const members = files.map(({ path, content }, index) =>
    content === "folder"
      ? member(path, folder, index + 1, new Uint8Array())
      : member(path, executable, index + 1, content),
  );
  return gzipSync(Buffer.concat([...members, member("TRAILER!!!", 0, 0, new Uint8Array())]), { level: 1 });
}

function member(path: string, mode: number, inode: number, content: Uint8Array): Buffer {
  const name = Buffer.from(`${path}\0`);
  // inode, mode, uid, gid, links, mtime, size, device of the file (2), device it stands for (2), name's size, checksum
  const fields = [inode, mode, 0, 0, 1, 0, content.length, 0, 0, 0, 0, name.length, 0];
  const header = `070701${fields.map((value) => value.toString(16).padStart(8, "0")).join("")}`;
  const head = Buffer.concat([Buffer.from(header), name]);
  return Buffer.concat([padded(head), padded(content)]);
}

function padded(bytes: Uint8Array): Buffer {
  return Buffer.concat([bytes, Buffer.alloc(-bytes.length & 3)]);
}
