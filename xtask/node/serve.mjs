// Runs the built Worker in workerd with the bindings that wrangler.toml names, until it is told to end.
//
// `wrangler dev` does the same behind a proxy of its own, which watches files and, on a busy machine, now and then loses
// a request for good: nothing here needs either.
//
// The environment variable EDGEWISE_SERVE holds { packages, config, worker, port, state, variables, assets } as JSON:
// the folder whose node_modules hold wrangler, wrangler.toml, the Worker's folder, a port, a folder, texts by name, and the folder
// of static files where it is another than wrangler.toml names.
import { createRequire } from "node:module";
import { join } from "node:path";

const { packages, config, worker, port, state, variables, assets } = JSON.parse(process.env.EDGEWISE_SERVE);
const require = createRequire(join(packages, "package.json"));
const { unstable_getMiniflareWorkerOptions: optionsOf } = require("wrangler");
// The one that wrangler brings.
const { Log, LogLevel, Miniflare } = createRequire(require.resolve("wrangler"))("miniflare");

const { workerOptions, externalWorkers } = optionsOf(config);
const server = new Miniflare({
  host: "127.0.0.1",
  port,
  cf: false,
  log: new Log(LogLevel.INFO),
  // Where `wrangler dev --persist-to` keeps it, so that either can go on with the other's.
  defaultPersistRoot: join(state, "v3"),
  workers: [
    {
      ...workerOptions,
      name: "edgewise",
      modules: true,
      modulesRoot: worker,
      scriptPath: join(worker, "index.js"),
      ...(assets && { assets: { ...workerOptions.assets, directory: assets } }),
      bindings: { ...workerOptions.bindings, ...variables },
    },
    ...externalWorkers,
  ],
});

for (const signal of ["SIGINT", "SIGTERM"]) {
  process.on(signal, () => server.dispose().finally(() => process.exit(0)));
}
await server.ready;
