/** `npm run kernel-lab -- build|conform|race`: what a real kernel says about the model. */
import { Command } from "commander";
import { addBuildCommand } from "./build/build-command.ts";

const program = new Command("kernel-lab").description("Compares the model with real kernels that run in QEMU.");
addBuildCommand(program);
await program.parseAsync();
