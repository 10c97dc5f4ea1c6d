/** Questions to begin with. Each is answered by a shipped scenario in a few seconds. */
export const firstQuestions: readonly { readonly question: string; readonly file: string }[] = [
  { question: "Does fork() race with a device that makes a page exclusive?", file: "specs/fork-waits.json" },
  { question: "Can a fault lock a page that was freed?", file: "specs/fault-race.json" },
  { question: "Does reclaim lose what only a device wrote?", file: "specs/reclaim-device-write.json" },
  { question: "What if migration does not notify the device?", file: "specs/without-migration-notifies.json" },
  { question: "What if zapping does not flush the TLB?", file: "specs/without-zap-flushes-tlb.json" },
  { question: "Do two devices that want the same page both finish?", file: "specs/two-devices.json" },
];
