/** What the site has, in the order in which a reader sees it. A test finds pages of docs/ that are missing here. */

export interface Section {
  readonly title: string;
  /** Markdown files of the repository. */
  readonly files: readonly string[];
}

const docs = (...names: readonly string[]) => names.map((name) => `docs/${name}.md`);

export const contents: readonly Section[] = [
  { title: "Begin", files: ["README.md", ...docs("playground", "tour", "faq", "terms")] },
  { title: "Write", files: docs("scenarios", "properties") },
  { title: "Ask about a patch", files: docs("your-patch", "review", "mutants", "known-bugs") },
  { title: "What is modelled", files: docs("fidelity", "real-kernel") },
  { title: "Use", files: docs("reference", "replay", "formats", "files", "ci", "cluster", "export", "performance") },
  {
    title: "Develop",
    files: [
      "CONTRIBUTING.md",
      ...docs("extending"),
      ...docs(
        "internals/step-language",
        "internals/search",
        "internals/stores",
        "internals/generated-code",
        "internals/traces",
        "internals/simulation",
        "internals/checkpoints",
        "internals/liveness",
        "internals/distributed",
        "internals/viewer",
        "internals/playground",

        "internals/tests",
        "internals/warts",
      ),
      "kernel-lab/README.md",
      "CHANGELOG.md",
    ],
  },
];

export const markdownFiles: readonly string[] = contents.flatMap(({ files }) => files);
