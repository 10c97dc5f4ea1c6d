/**
 * Options of every pool of threads. Piscina tries `require` before it imports a thread's module. In Node 20 and 22 the
 * whole process aborts if a thread is ended while `require` links a module: ModuleWrap::InstantiateSync
 * (src/module_wrap.cc) asks the module whether it is asynchronous, although the end of the thread has stopped its
 * instantiation. Without `require` of modules, Piscina imports at once, which has no such question. The sources run
 * through a loader that `require` serves as well, and without it Node warns of each module.
 */
const withoutRequire = "--no-experimental-require-module";

const isBuilt = import.meta.url.endsWith(".js");

/**
 * The options of the process are left out: threads have those of V8 anyway, and Node refuses to start a thread with
 * them.
 */
export const threadOptions =
  isBuilt && process.allowedNodeEnvironmentFlags.has(withoutRequire) ? { execArgv: [withoutRequire] } : {};
