/** Two hosts for MPI: network namespaces of this machine, with a cable between them. Only root can make them. */
import { spawnSync } from "node:child_process";
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export interface Hosts {
  /** Runs a command that begins with `mpirun` on the first host, with one process on each. */
  readonly command: (arguments_: string) => string;
  /** Bytes that the first host has sent to the second. */
  readonly sent: () => number;
  readonly stop: () => void;
}

const subnet = "10.77.0";
const addresses = [`${subnet}.1`, `${subnet}.2`] as const;

/** Throws if the system does not allow it; nothing remains then. `folder` must exist. */
export function startHosts(folder: string): Hosts {
  const names = addresses.map((_, number) => `xc-host-${process.pid}-${number}`);
  const [first = "", second = ""] = names;
  const cables = ["xc-cable-0", "xc-cable-1"] as const;
  const stop = (): void => {
    for (const name of names) spawnSync("ip", ["netns", "delete", name]);
  };
  try {
    for (const name of names) ip(["netns", "add", name]);
    ip(["link", "add", cables[0], "netns", first, "type", "veth", "peer", "name", cables[1], "netns", second]);
    for (const [number, name] of names.entries()) {
      const cable = cables[number] ?? "";
      ip(["-n", name, "addr", "add", `${addresses[number]}/24`, "dev", cable]);
      for (const device of ["lo", cable]) ip(["-n", name, "link", "set", device, "up"]);
    }
  } catch (error) {
    stop();
    throw error;
  }
  // MPI starts its part of another host by a program that takes the place of ssh. It must not believe that both are one.
  const agent = join(folder, "agent.sh");
  const inHost = (name: string, command: string): string => `exec ip netns exec ${name} unshare --uts sh -c ${command}`;
  writeFileSync(
    agent,
    `#!/bin/sh
case $1 in ${addresses[0]}) name=${first};; *) name=${second};; esac
shift
${inHost("$name", '"hostname $name; $*"')}
`,
  );
  chmodSync(agent, 0o755);
  const options = [
    `--host ${addresses.map((address) => `${address}:1`).join(",")}`,
    `--mca plm_rsh_agent ${agent}`,
    "--mca btl tcp,self",
    `--mca btl_tcp_if_include ${subnet}.0/24`,
    `--mca oob_tcp_if_include ${subnet}.0/24`,
    "-x PATH -x NO_COLOR -n 2",
  ].join(" ");
  return {
    command: (rest) => inHost(first, `'hostname ${first}-head; exec mpirun ${options} ${rest}'`),
    sent: () => Number(ip(["netns", "exec", first, "cat", `/sys/class/net/${cables[0]}/statistics/tx_bytes`])),
    stop,
  };
}

function ip(words: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync("ip", words, { encoding: "utf8" });
  if (status !== 0) throw new Error(`ip ${words.join(" ")}: ${stderr}`);
  return stdout;
}
