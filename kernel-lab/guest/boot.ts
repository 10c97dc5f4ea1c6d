/** Starts a kernel under QEMU with one program of ours, and exchanges lines with that program. */
import { spawn, spawnSync } from "node:child_process";
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, readSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GuestError } from "./guest-error.ts";
import { type InitramfsFile, initramfs } from "./initramfs.ts";
import { lineQueue } from "./line-queue.ts";

export interface GuestOptions {
  /** The kernel's image (arch/x86/boot/bzImage). */
  readonly kernel: string;
  /** A static program, which the kernel runs as its only one. */
  readonly init: string;
  /** Further files: path in the guest to path on the host, for example `test_hmm.ko`. */
  readonly files?: Readonly<Record<string, string>>;
  /** Number of CPUs; 2 if left out. */
  readonly cpus?: number;
  /** Half of it belongs to each of two NUMA nodes; 512 if left out. */
  readonly memoryMiB?: number;
  /** The guest has failed if it writes no line for this long while `lines` is read; 60 if left out. */
  readonly silenceSeconds?: number;
  /** Added to the kernel's command line. */
  readonly commandLine?: string;
  /** A file that the guest maps too: /sys/bus/pci/devices/0000:00:10.0/resource2. Its size is a power of two. */
  readonly shared?: { readonly file: string; readonly bytes: number };
}

export interface Guest {
  /** Sends a line to the program: it reads them from /dev/ttyS1, which it must put into raw mode. */
  send(line: string): void;
  /** What the program writes to /dev/ttyS1. Throws a `GuestError` if the guest ends on its own or falls silent. */
  readonly lines: AsyncIterableIterator<string>;
  /** What the kernel has written to its console so far. */
  log(): string;
  /** Ends QEMU and waits for its end. May be called again. */
  stop(): Promise<void>;
}

const qemu = "qemu-system-x86_64";

export function startGuest(options: GuestOptions): Guest {
  if (spawnSync(qemu, ["--version"]).error !== undefined)
    throw new GuestError(`${qemu} cannot be run. On Debian, the package qemu-system-x86 has it`, "");
  for (const file of [options.kernel, options.init, ...Object.values(options.files ?? {})])
    if (!existsSync(file))
      throw new GuestError(`there is no ${file}. \`npm run kernel-lab -- build\` makes kernels`, "");

  const folder = mkdtempSync(join(tmpdir(), "kernel-lab-"));
  const consoleFile = join(folder, "console");
  const archive = join(folder, "initramfs");
  const consoleOutput = openSync(consoleFile, "w+");
  writeFileSync(archive, initramfs(contents(options)));

  // The kernel kills QEMU if this process ends in any way, even by SIGKILL.
  const command = ["--pdeathsig", "KILL", qemu, ...machine(options, consoleFile, archive)];
  const child = spawn("setpriv", command, { stdio: ["pipe", "pipe", "pipe"] });
  let stopping = false;
  let complaints = "";
  let lastLog: string | undefined;
  const log = () => lastLog ?? readConsole(consoleOutput);
  const seconds = options.silenceSeconds ?? 60;
  const queue = lineQueue({
    milliseconds: seconds * 1000,
    error: () => new GuestError(`the guest has said nothing for ${seconds} seconds`, log()),
  });
  const ended = new Promise<void>((resolve) => {
    child.on("error", (error) => {
      queue.fail(new GuestError(`cannot start ${qemu}: ${error.message}`, ""));
      resolve();
    });
    child.on("close", () => {
      lastLog = log();
      closeSync(consoleOutput);
      rmSync(folder, { recursive: true, force: true });
      if (stopping) queue.end();
      else
        queue.fail(new GuestError(complaints === "" ? "the guest has ended" : `QEMU: ${complaints.trim()}`, lastLog));
      resolve();
    });
  });
  child.stdout
    .setEncoding("latin1")
    // By now QEMU has opened everything. A signal that ends this process leaves nothing behind.
    .once("data", () => rmSync(folder, { recursive: true, force: true }))
    .on("data", (text: string) => queue.push(text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    complaints += text;
  });
  // A guest that has ended reads nothing more. The reader of `lines` learns of that.
  child.stdin.on("error", () => {});
  return {
    send: (line) => void child.stdin.write(`${line}\n`),
    lines: queue.lines,
    log,
    async stop() {
      stopping = true;
      child.kill("SIGKILL");
      await ended;
    },
  };
}

/** The kernel ends its lines with a carriage return too. */
function readConsole(descriptor: number): string {
  const parts: Buffer[] = [];
  for (let at = 0; ; ) {
    const part = Buffer.alloc(1 << 16);
    const length = readSync(descriptor, part, 0, part.length, at);
    if (length === 0) return Buffer.concat(parts).toString("latin1").replaceAll("\r", "");
    parts.push(part.subarray(0, length));
    at += length;
  }
}

function contents({ init, files = {} }: GuestOptions): InitramfsFile[] {
  return [
    // The kernel gives the program its standard streams through this folder.
    { path: "dev", content: "folder" },
    { path: "init", content: readFileSync(init) },
    ...Object.entries(files).map(([path, file]) => ({ path, content: readFileSync(file) })),
  ];
}

/** Software emulation: it is as fast as needed, and works on machines that are guests themselves. */
function machine(
  { kernel, cpus = 2, memoryMiB = 512, commandLine = "", shared }: GuestOptions,
  consoleFile: string,
  archive: string,
): string[] {
  const node = (index: number) => [
    ...["-object", `memory-backend-ram,id=node${index},size=${memoryMiB / 2}M`],
    ...["-numa", `node,nodeid=${index},memdev=node${index}${index === 0 ? `,cpus=0-${cpus - 1}` : ""}`],
  ];
  const sharedMemory =
    shared === undefined
      ? []
      : [
          ...["-object", `memory-backend-file,id=shared,share=on,mem-path=${shared.file},size=${shared.bytes}`],
          ...["-device", "ivshmem-plain,memdev=shared,addr=10"],
        ];
  return [
    ...["-no-user-config", "-nodefaults", "-display", "none", "-no-reboot"],
    ...["-accel", "tcg,thread=multi", "-smp", `${cpus}`, "-m", `${memoryMiB}M`, ...node(0), ...node(1)],
    ...["-chardev", `file,id=console,path=${consoleFile}`, "-serial", "chardev:console"],
    ...["-chardev", "stdio,id=lines,signal=off", "-serial", "chardev:lines"],
    ...sharedMemory,
    ...["-kernel", kernel, "-initrd", archive],
    // A kernel that panics resets the machine, and -no-reboot makes that QEMU's end.
    ...["-append", `console=ttyS0 panic=-1 oops=panic ${commandLine}`.trimEnd()],
  ];
}
