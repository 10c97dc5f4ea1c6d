/** `--shard 3/16`: one of several parts of all runs. */
import { type Command, Option } from "commander";
import type { ShardChoice } from "../../shards/shard.ts";
import { InvalidValue } from "./option-values.ts";

/** A processor or a job for each shard; more would be a mistake in typing. */
const mostShards = 100_000;

/** Throws an InvalidValue. */
export function shardChoice(text: string): ShardChoice {
  const [, number = 0, of = 0] = (/^(\d+)\/(\d+)$/.exec(text) ?? []).map(Number);
  if (of < 1) throw new InvalidValue("Expected a part of all runs, such as 3/16: the third of 16.");
  if (of > mostShards) throw new InvalidValue(`Expected at most ${mostShards} parts.`);
  if (number < 1 || number > of) throw new InvalidValue(`Expected a number from 1 to ${of} before the slash.`);
  return { number, of };
}

/** `conflicts`: options that make no sense beside it. */
export function addShardOption(command: Command, conflicts: readonly string[]): Command {
  return command.addOption(
    new Option("--shard <n/of>", "run only this part of all runs, such as 3/16; `merge` puts the reports together")
      .argParser(shardChoice)
      .conflicts([...conflicts]),
  );
}
